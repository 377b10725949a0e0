package io.backstay.http.api;

import io.backstay.cluster.credentials.Sessions;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.UserView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.http.auth.Authenticator;
import io.backstay.http.auth.Credentials;
import io.backstay.manager.command.UserCommand;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Signing in and out: {@code /session}. */
final class SessionEndpoints {
    private static final Duration LIFETIME = Duration.ofHours(12);

    private final Authenticator authenticator;
    private final Sessions sessions;
    private final ViewSource views;
    private final Manager manager;
    private final Clock clock;
    private final boolean secureCookies;

    SessionEndpoints(
            Authenticator authenticator,
            Sessions sessions,
            ViewSource views,
            Manager manager,
            Clock clock,
            boolean secureCookies) {
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.views = views;
        this.manager = manager;
        this.clock = clock;
        this.secureCookies = secureCookies;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.open("POST", "/session", this::signIn),
                Endpoint.of("GET", "/session", this::whoAmI),
                Endpoint.of("DELETE", "/session", this::signOut));
    }

    /** @param bearer whether the session's text is wanted in the answer, for programs; a browser has the cookie */
    record SignIn(String name, String password, Optional<Boolean> bearer) {
        @Override
        public String toString() {
            return "SignIn[name=" + name + "]";
        }
    }

    record SessionUser(String id, String name, String role) {
        static SessionUser of(UserView user) {
            return new SessionUser(
                    user.id().toString(), user.name().value(), user.role().text());
        }
    }

    record SignedIn(SessionUser user, Instant expires, Optional<String> token) {}

    private CompletionStage<ApiAnswer> signIn(ApiCall call) {
        SignIn wanted = call.body(SignIn.class);
        Credentials credentials = new Credentials.Basic(wanted.name(), wanted.password());
        return authenticator.check(Optional.of(credentials), call.from()).thenApply(principal -> {
            if (principal.token().isPresent()) {
                throw new BackstayException(ErrorCode.UNAUTHENTICATED, "an application token opens no session");
            }
            ClusterView view = views.current()
                    .orElseThrow(() -> new BackstayException(ErrorCode.UNAVAILABLE, "this node has no view yet"));
            String session = sessions.begin(principal.user(), view.secrets(), LIFETIME);
            boolean bearer = wanted.bearer().orElse(false);
            SignedIn answer = new SignedIn(
                    SessionUser.of(principal.user()),
                    clock.instant().plus(LIFETIME),
                    bearer ? Optional.of(session) : Optional.empty());
            return ApiAnswer.ok(answer).with(cookie(session, LIFETIME));
        });
    }

    private RawHeader cookie(String value, Duration maxAge) {
        return RawHeader.create(
                "Set-Cookie",
                "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s"
                        .formatted(ApiRoutes.COOKIE, value, maxAge.toSeconds(), secureCookies ? "; Secure" : ""));
    }

    private CompletionStage<ApiAnswer> whoAmI(ApiCall call) {
        return CompletableFuture.completedFuture(
                ApiAnswer.ok(SessionUser.of(call.user().user())));
    }

    /** Ends this browser's session; with {@code all=true} every session of the user, on every node. */
    private CompletionStage<ApiAnswer> signOut(ApiCall call) {
        ApiAnswer answer = ApiAnswer.nothing().with(cookie("", Duration.ZERO));
        return call.flag("all")
                ? manager.submit(new UserCommand.EndSessions(call.user().user().id()), call.initiator())
                        .thenApply(done -> answer)
                : CompletableFuture.completedFuture(answer);
    }
}
