package io.backstay.http.api;

import io.backstay.cluster.credentials.ApplicationTokenSecret;
import io.backstay.cluster.view.RepositoryView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.manager.command.ManagerAnswer.TokenInfo;
import io.backstay.manager.command.TokenCommand;
import io.backstay.model.BackstayException;
import io.backstay.model.RepositoryId;
import io.backstay.model.TokenId;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Application tokens: {@code /tokens}. A secret is shown in the one answer that makes it. */
final class TokenEndpoints {
    /** The manager knows none by it, and says so after all that it looks at before. */
    private static final RepositoryId NOBODYS = new RepositoryId(new UUID(0, 0));

    private final Manager manager;
    private final ViewSource views;
    private final SecureRandom random;
    private final String address;

    TokenEndpoints(Manager manager, ViewSource views, SecureRandom random, String address) {
        this.manager = manager;
        this.views = views;
        this.random = random;
        this.address = address;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.of("GET", "/tokens", this::list),
                Endpoint.of("POST", "/tokens", this::create),
                Endpoint.of("DELETE", "/tokens/{token}", this::revoke));
    }

    record Token(
            String id,
            String name,
            String owner,
            String repository,
            String permission,
            Instant created,
            Optional<Instant> expires) {
        static Token of(TokenInfo info) {
            return new Token(
                    info.id().toString(),
                    info.name(),
                    info.owner().toString(),
                    info.repository().toString(),
                    info.permission().text(),
                    info.created(),
                    info.expires());
        }
    }

    /** @param repository its id */
    record NewToken(String name, String repository, String permission, Optional<Instant> expires) {}

    /** @param commands what to paste into a shell to back up with it */
    record MadeToken(Token token, String secret, List<String> commands) {
        @Override
        public String toString() {
            return "MadeToken[" + token + "]";
        }
    }

    private CompletionStage<ApiAnswer> list(ApiCall call) {
        return manager.submit(new TokenCommand.ListTokens(), call.initiator())
                .thenApply(all -> Lists.page(
                        call,
                        all.tokens().stream().map(Token::of).toList(),
                        Token::name,
                        Map.of(
                                "name", Comparator.comparing(Token::name),
                                "created", Comparator.comparing(Token::created))));
    }

    private CompletionStage<ApiAnswer> create(ApiCall call) {
        NewToken wanted = call.body(NewToken.class);
        RepositoryId repository = repository(wanted.repository());
        ApplicationTokenSecret secret = ApplicationTokenSecret.create(random);
        return manager.submit(
                        new TokenCommand.CreateToken(
                                secret.id(),
                                wanted.name(),
                                repository,
                                RepositoryEndpoints.permission(wanted.permission()),
                                secret.hash(),
                                wanted.expires()),
                        call.initiator())
                .thenApply(info ->
                        ApiAnswer.created(new MadeToken(Token.of(info), secret.text(), commands(repository, secret))));
    }

    /** By its name as people know it, or by its id. A name that nobody has is answered as that of a repository of others. */
    private RepositoryId repository(String text) {
        return views.current()
                .flatMap(view -> view.repositories().values().stream()
                        .filter(known -> known.name().value().equals(text))
                        .findFirst())
                .map(RepositoryView::id)
                .orElseGet(() -> parsed(text));
    }

    private static RepositoryId parsed(String text) {
        try {
            return RepositoryId.parse(text);
        } catch (BackstayException e) {
            return NOBODYS;
        }
    }

    private List<String> commands(RepositoryId repository, ApplicationTokenSecret secret) {
        String name = views.current()
                .flatMap(view -> Optional.ofNullable(view.repositories().get(repository)))
                .map(RepositoryView::name)
                .map(Object::toString)
                .orElse(repository.toString());
        URI at = URI.create(address);
        return List.of(
                "export RESTIC_REST_USERNAME=" + ApplicationTokenSecret.ANY_USER,
                "export RESTIC_REST_PASSWORD=" + secret.text(),
                "export RESTIC_REPOSITORY=rest:%s://%s/restic/%s/".formatted(at.getScheme(), at.getAuthority(), name),
                "restic backup /home");
    }

    private CompletionStage<ApiAnswer> revoke(ApiCall call) {
        return manager.submit(new TokenCommand.RevokeToken(call.path("token", TokenId::parse)), call.initiator())
                .thenApply(done -> ApiAnswer.nothing());
    }
}
