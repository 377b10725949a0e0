package io.backstay.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.backstay.http.Answer;
import io.backstay.http.Api;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionTest {
    private static final String PASSWORD = "a good password";

    private final RunningNode node;
    private final Api stranger;

    SessionTest(RunningNode node) {
        this.node = node;
        this.stranger = Api.of(node);
    }

    private String user() {
        String name = node.freshName("someone");
        node.admin()
                .post("/users", Map.of("name", name, "role", "user", "password", PASSWORD))
                .expect(201);
        return name;
    }

    @Test
    void signingInGivesABearerTokenOnlyWhereItIsAskedFor() {
        String name = user();
        Answer program = stranger.signIn(name, PASSWORD).expect(200);
        assertThat(program.text("/token")).startsWith("bss_");
        assertThat(Instant.parse(program.text("/expires")))
                .isBetween(Instant.now(), Instant.now().plus(Duration.ofHours(13)));
        assertThat(stranger.bearer(program.text("/token"))
                        .get("/session")
                        .expect(200)
                        .text("/name"))
                .isEqualTo(name);
        Answer browser = stranger.post("/session", Map.of("name", name, "password", PASSWORD));
        assertThat(browser.expect(200).json().path("token").isNull()).isTrue();
    }

    @Test
    void theCookieIsOutOfReachOfScriptsAndOfOtherSites() {
        String cookie = stranger.post("/session", Map.of("name", user(), "password", PASSWORD))
                .header("Set-Cookie")
                .orElseThrow();
        assertThat(cookie)
                .startsWith("backstay_session=bss_")
                .contains("; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=43200");
    }

    @Test
    void aCookieAloneMayReadButChangeNothing() {
        Api browser = browser(user());
        browser.get("/session").expect(200);
        browser.delete("/session").expectProblem(403, "forbidden");
        browser.post("/repositories", Map.of("name", node.freshName("forged"))).expectProblem(403, "forbidden");
        browser.with("X-Backstay-Client", "web")
                .post("/repositories", Map.of("name", node.freshName("meant")))
                .expect(201);
    }

    private Api browser(String name) {
        String cookie = stranger.post("/session", Map.of("name", name, "password", PASSWORD))
                .header("Set-Cookie")
                .orElseThrow();
        return stranger.cookie(cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';')));
    }

    @Test
    void aCookieThatHasEndedIsNoHindranceToSigningIn() {
        String name = user();
        stranger.cookie("bss_stale")
                .with("X-Backstay-Client", "web")
                .signIn(name, PASSWORD)
                .expect(200);
    }

    @Test
    void signingOutTakesTheCookieAndWithAllEverySession() {
        Api browser = browser(user()).with("X-Backstay-Client", "web");
        assertThat(browser.delete("/session").expect(204).header("Set-Cookie").orElseThrow())
                .startsWith("backstay_session=; ")
                .contains("Max-Age=0");
        browser.delete("/session?all=true").expect(204);
        browser.get("/session").expectProblem(401, "unauthenticated");
        browser.delete("/session?all=maybe").expectProblem(401, "unauthenticated");
    }

    @Test
    void wrongNamesAndWrongPasswordsAreToldAlike() {
        Answer wrongPassword = stranger.signIn(user(), "a wrong password").expectProblem(401, "unauthenticated");
        Answer wrongName = stranger.signIn("nobody", PASSWORD).expectProblem(401, "unauthenticated");
        Answer impossibleName = stranger.signIn("Nobody At All\u0000", PASSWORD).expectProblem(401, "unauthenticated");
        assertThat(wrongName.text("/detail"))
                .isEqualTo(wrongPassword.text("/detail"))
                .isEqualTo(impossibleName.text("/detail"));
    }

    @Test
    void passwordsMayHoldColonsAndAnyLetters() {
        String name = node.freshName("colon");
        String password = "a:b::ä€😀 \" \\";
        node.admin()
                .post("/users", Map.of("name", name, "role", "user", "password", password))
                .expect(201);
        stranger.signIn(name, password).expect(200);
        stranger.basic(name, password).get("/session").expect(200);
    }

    @Test
    void damagedSessionsAreRefused() {
        String session = stranger.signIn(user(), PASSWORD).text("/token");
        char last = session.charAt(session.length() - 3);
        String forged = session.substring(0, session.length() - 3)
                + (last == 'A' ? 'B' : 'A')
                + session.substring(session.length() - 2);
        for (String text :
                new String[] {forged, session + "A", session.substring(1), "bss_", "x", "bss_" + "!".repeat(119)}) {
            stranger.bearer(text).get("/session").expectProblem(401, "unauthenticated");
        }
        stranger.with("Authorization", "Negotiate abc").get("/session").expectProblem(401, "unauthenticated");
        stranger.with("Authorization", "Basic ***").get("/session").expectProblem(401, "unauthenticated");
        stranger.with("Authorization", "Basic").get("/session").expectProblem(401, "unauthenticated");
        stranger.with("Authorization", "Basic bm9jb2xvbg==").get("/session").expectProblem(401, "unauthenticated");
        assertThat(stranger.get("/session").header("WWW-Authenticate").orElseThrow())
                .startsWith("Bearer");
    }

    @Test
    void guessingIsSlowedDownForTheApiAndForResticTogether() {
        Api guesser = Api.of(node);
        String path = "/restic/some/config";
        for (int i = 0; i < 10; i++) {
            guesser.signIn(node.freshName("guessed"), "a guess").expect(401);
            guesser.basic(node.freshName("guessed"), "a guess")
                    .sendAnywhere("GET", path, Optional.empty())
                    .expect(401);
        }
        Answer api = guesser.signIn("admin", RunningNode.ADMIN_PASSWORD).expectProblem(429, "too-many-requests");
        assertThat(Integer.parseInt(api.header("Retry-After").orElseThrow())).isBetween(2, 11);
        Answer restic = guesser.basic("admin", "another guess")
                .sendAnywhere("GET", path, Optional.empty())
                .expectProblem(429, "too-many-requests");
        assertThat(Integer.parseInt(restic.header("Retry-After").orElseThrow())).isBetween(2, 11);
        Api.of(node).signIn("admin", RunningNode.ADMIN_PASSWORD).expect(200);
    }

    @Test
    void guessingAUsersPasswordDoesNotLockTheUserOut() {
        People.Person user = new People(node).user("user");
        Api guesser = Api.of(node);
        for (int i = 0; i < 10; i++) {
            guesser.signIn(user.name(), "a guess").expect(401);
        }
        // Any change of the cluster forgets which passwords were right a moment ago.
        new People(node).user("user");
        guesser.signIn(user.name(), People.PASSWORD).expectProblem(429, "too-many-requests");
        for (int i = 0; i < 3; i++) {
            Api another = Api.of(node);
            for (int guess = 0; guess < 10; guess++) {
                another.signIn(user.name(), "a guess").expect(401);
            }
        }
        Api.of(node).signIn(user.name(), People.PASSWORD).expect(200);
    }

    @Test
    void namesThatNobodyCanHaveAreCountedAsGuessesToo() {
        Api guesser = Api.of(node);
        for (int i = 0; i < 20; i++) {
            guesser.signIn("NOBODY " + i, "a guess").expect(401);
        }
        guesser.signIn("NOBODY", "a guess").expectProblem(429, "too-many-requests");
    }

    @Test
    void anApplicationTokenOpensNoSession() {
        String name = user();
        Api own = stranger.bearer(stranger.signIn(name, PASSWORD).text("/token"));
        JsonNode repository = own.post("/repositories", Map.of("name", node.freshName("mine")))
                .expect(201)
                .json();
        String secret = own.post(
                        "/tokens",
                        Map.of("name", "t", "repository", repository.path("id").asText(), "permission", "full"))
                .expect(201)
                .text("/secret");
        stranger.signIn(name, secret).expectProblem(401, "unauthenticated");
        stranger.signIn("token", secret).expectProblem(401, "unauthenticated");
        stranger.bearer(secret).get("/session").expectProblem(403, "forbidden");
        stranger.basic(name, secret).get("/session").expectProblem(403, "forbidden");
    }
}
