package io.backstay.http.auth;

import io.backstay.cluster.credentials.ApplicationTokenSecret;
import io.backstay.cluster.credentials.CredentialCache;
import io.backstay.cluster.credentials.FailureLimiter;
import io.backstay.cluster.credentials.PasswordHasher;
import io.backstay.cluster.credentials.Sessions;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.TokenView;
import io.backstay.cluster.view.UserView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Checks credentials against the newest view that this node has. Fails with {@code UNAUTHENTICATED}, with
 * {@code TOO_MANY_REQUESTS} where too many guesses were wrong, and with {@code UNAVAILABLE} where the node has no view yet. A
 * wrong name costs the same time as a wrong password. Safe for use by many threads.
 */
public final class Authenticator {
    /** A token that was made on another node a moment ago is in this node's view a moment later. */
    private static final List<Duration> LOOKS_FOR_A_NEW_TOKEN =
            List.of(Duration.ofMillis(50), Duration.ofMillis(150), Duration.ofMillis(400));

    private final ViewSource views;
    private final PasswordHasher hasher;
    private final CredentialCache cache;
    private final FailureLimiter limiter;
    private final Sessions sessions;
    private final Clock clock;

    /** An authenticator; the parts are shared with those who sign people in. */
    public Authenticator(
            ViewSource views,
            PasswordHasher hasher,
            CredentialCache cache,
            FailureLimiter limiter,
            Sessions sessions,
            Clock clock) {
        this.views = views;
        this.hasher = hasher;
        this.cache = cache;
        this.limiter = limiter;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** Checks what was presented from the address. */
    public CompletionStage<Principal> check(Optional<Credentials> presented, InetAddress from) {
        ClusterView view = views.current()
                .orElseThrow(() ->
                        new BackstayException(ErrorCode.UNAVAILABLE, "this node has not yet heard from its cluster"));
        if (presented.isEmpty()) {
            return refused("credentials are missing");
        }
        return switch (presented.get()) {
            case Credentials.Bearer bearer -> bearer(bearer.text(), view);
            case Credentials.Basic basic ->
                ApplicationTokenSecret.parse(basic.password())
                        .map(secret -> token(secret, Optional.of(basic.name()), view, LOOKS_FOR_A_NEW_TOKEN))
                        .orElseGet(() -> password(basic, view, from));
        };
    }

    private CompletionStage<Principal> bearer(String text, ClusterView view) {
        Optional<ApplicationTokenSecret> secret = ApplicationTokenSecret.parse(text);
        if (secret.isPresent()) {
            return token(secret.get(), Optional.empty(), view, LOOKS_FOR_A_NEW_TOKEN);
        }
        return sessions.check(text, view)
                .flatMap(session -> Optional.ofNullable(view.users().get(session.user())))
                .map(user -> accepted(new Principal(user, Optional.empty(), true)))
                .orElseGet(() -> refused("the session has ended or is not one of this cluster"));
    }

    private CompletionStage<Principal> token(
            ApplicationTokenSecret secret, Optional<String> name, ClusterView view, List<Duration> laterLooks) {
        if (!view.tokens().containsKey(secret.id()) && !laterLooks.isEmpty()) {
            Executor later =
                    CompletableFuture.delayedExecutor(laterLooks.getFirst().toMillis(), TimeUnit.MILLISECONDS);
            return CompletableFuture.supplyAsync(() -> views.current().orElse(view), later)
                    .thenCompose(newer -> token(secret, name, newer, laterLooks.subList(1, laterLooks.size())));
        }
        Optional<TokenView> token = Optional.ofNullable(view.tokens().get(secret.id()))
                .filter(secret::opens)
                .filter(known -> known.expires()
                        .filter(end -> !clock.instant().isBefore(end))
                        .isEmpty());
        Optional<UserView> owner = token.flatMap(
                        known -> Optional.ofNullable(view.users().get(known.owner())))
                .filter(user -> !user.disabled())
                .filter(user -> name.filter(given -> !given.equals(ApplicationTokenSecret.ANY_USER)
                                && !given.equals(user.name().value()))
                        .isEmpty());
        return owner.map(user -> accepted(new Principal(user, token, false)))
                .orElseGet(() -> refused("the application token is unknown, expired or revoked"));
    }

    private CompletionStage<Principal> password(Credentials.Basic basic, ClusterView view, InetAddress from) {
        UserName name;
        try {
            name = new UserName(basic.name());
        } catch (BackstayException e) {
            // Such a name tells nothing of who has an account, so no time needs to be spent on it.
            Optional<Duration> wait = limiter.wait(from);
            if (wait.isPresent()) {
                return tooMany(wait.get());
            }
            limiter.failed(from);
            return wrongPassword();
        }
        Optional<UserView> remembered = cache.recall(view.id(), name, basic.password())
                .flatMap(id -> Optional.ofNullable(view.users().get(id)));
        if (remembered.isPresent()) {
            return accepted(new Principal(remembered.get(), Optional.empty(), false));
        }
        Optional<Duration> wait = limiter.wait(name, from);
        if (wait.isPresent()) {
            return tooMany(wait.get());
        }
        Optional<UserView> user =
                Optional.ofNullable(view.usersByName().get(name)).filter(known -> !known.disabled());
        CompletionStage<Boolean> right = user.map(known -> hasher.verify(basic.password(), known.passwordHash()))
                .orElseGet(() -> hasher.verifyNobodys(basic.password()));
        return right.thenCompose(matches -> {
            if (!matches || user.isEmpty()) {
                limiter.failed(name, from);
                return wrongPassword();
            }
            UserId id = user.get().id();
            limiter.succeeded(name, from);
            cache.remember(view.id(), name, basic.password(), id);
            return accepted(new Principal(user.get(), Optional.empty(), false));
        });
    }

    private static CompletionStage<Principal> tooMany(Duration wait) {
        return CompletableFuture.failedFuture(new BackstayException(
                ErrorCode.TOO_MANY_REQUESTS,
                "too many failed sign-ins; the next attempt is looked at in %d s".formatted(wait.toSeconds() + 1),
                wait));
    }

    private static CompletionStage<Principal> wrongPassword() {
        return refused("the name or the password is wrong");
    }

    private static CompletionStage<Principal> accepted(Principal principal) {
        return CompletableFuture.completedFuture(principal);
    }

    private static CompletionStage<Principal> refused(String why) {
        return CompletableFuture.failedFuture(new BackstayException(ErrorCode.UNAUTHENTICATED, why));
    }
}
