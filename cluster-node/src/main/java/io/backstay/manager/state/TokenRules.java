package io.backstay.manager.state;

import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.TokenCommand;
import io.backstay.model.ErrorCode;
import io.backstay.model.Permission;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Decides commands for application tokens. */
final class TokenRules {
    static final int MAX_TOKENS_OF_USER = 200;

    private static final int MAX_NAME = 100;

    private TokenRules() {}

    static Decision<? extends ManagerAnswer> decide(TokenCommand<?> command, Access access) {
        return switch (command) {
            case TokenCommand.CreateToken it -> create(it, access);
            case TokenCommand.RevokeToken it -> revoke(it, access);
            case TokenCommand.ListTokens it -> list(access);
        };
    }

    private static Decision<ManagerAnswer.TokenInfo> create(TokenCommand.CreateToken command, Access access) {
        Optional<UserRecord> owner = access.user();
        if (owner.isEmpty()) {
            return Access.forbidden("users");
        }
        RepositoryRecord repository = access.state().repositories().get(command.repository());
        if (repository == null || !access.mayKnow(repository)) {
            return Access.missing("repository");
        }
        Optional<Permission> own = access.permission(repository);
        if (own.filter(it -> it.allows(command.permission())).isEmpty()) {
            return Decision.refuse(ErrorCode.FORBIDDEN, "a token can do no more than its owner");
        }
        if (!Access.printable(command.name(), 1, MAX_NAME)) {
            return Access.invalid("a token's name has 1 to %d printable characters".formatted(MAX_NAME));
        }
        if (command.expires().filter(it -> !it.isAfter(access.context().now())).isPresent()) {
            return Access.invalid("the token would have expired already");
        }
        TokenRecord known = access.state().tokens().get(command.id());
        if (known != null) {
            return known.owner().equals(owner.get().id()) && known.secretHash().equals(command.secretHash())
                    ? Decision.answer(Answers.of(known))
                    : Access.conflict("a token with this id exists");
        }
        long owned = access.state().tokens().values().stream()
                .filter(token -> token.owner().equals(owner.get().id()))
                .count();
        if (owned >= MAX_TOKENS_OF_USER) {
            return Access.conflict("the user has %d tokens; revoke some first".formatted(owned));
        }
        var event = new ManagerEvent.TokenCreated(
                command.id(),
                command.name(),
                owner.get().id(),
                repository.id(),
                command.permission(),
                command.secretHash(),
                command.expires());
        return Decision.accept(
                List.of(event),
                state -> Answers.of(Objects.requireNonNull(state.tokens().get(event.id()))));
    }

    private static Decision<ManagerAnswer.Done> revoke(TokenCommand.RevokeToken command, Access access) {
        TokenRecord token = access.state().tokens().get(command.token());
        if (token == null || (!access.is(token.owner()) && !access.isAdmin())) {
            return Access.missing("token");
        }
        return Decision.done(new ManagerEvent.TokenRevoked(token.id()));
    }

    private static Decision<ManagerAnswer.Tokens> list(Access access) {
        return Decision.answer(new ManagerAnswer.Tokens(access.state().tokens().values().stream()
                .filter(token -> access.isAdmin() || access.is(token.owner()))
                .sorted(Comparator.comparing(TokenRecord::created).reversed().thenComparing(TokenRecord::id))
                .map(Answers::of)
                .toList()));
    }
}
