package io.backstay.cluster.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.cluster.view.ClusterSecrets;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.TokenView;
import io.backstay.cluster.view.UserView;
import io.backstay.cluster.view.ViewId;
import io.backstay.model.ClusterId;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final UserName ALICE = new UserName("alice");
    private static final ClusterId CLUSTER = new ClusterId(UUID.randomUUID());
    private static final ClusterSecrets SECRETS = secrets();

    private final MovableClock clock = new MovableClock();
    private final SecureRandom random = new SecureRandom();
    private final Sessions sessions = new Sessions(clock, random);

    @Test
    void tokenSecretIsFoundByItsIdAndOpensItsTokenOnly() {
        var secret = ApplicationTokenSecret.create(random);
        var other = ApplicationTokenSecret.create(random);
        TokenView token = new TokenView(
                secret.id(),
                "laptop",
                new UserId(UUID.randomUUID()),
                new RepositoryId(UUID.randomUUID()),
                Permission.APPEND,
                secret.hash(),
                Optional.empty());
        assertThat(secret.text()).matches("bst_[0-9a-f]{32}_[0-9A-Za-z]{43}");
        assertThat(ApplicationTokenSecret.parse(secret.text())).contains(secret);
        assertThat(secret.opens(token)).isTrue();
        assertThat(other.opens(token)).isFalse();
        assertThat(new ApplicationTokenSecret(secret.id(), other.text()).opens(token))
                .isFalse();
        assertThat(secret.toString()).doesNotContain(secret.text());
    }

    @Test
    void passwordsAreNotTakenForTokens() {
        String text = ApplicationTokenSecret.create(random).text();
        for (String password : List.of("", "secret", "bst_", text + "x", text.substring(1), text.replace('_', '-'))) {
            assertThat(ApplicationTokenSecret.parse(password)).isEmpty();
        }
    }

    @Test
    void sessionHoldsUntilItExpires() {
        UserView alice = user(false, 1);
        String text = sessions.begin(alice, SECRETS, HOUR);
        assertThat(sessions.check(text, view(alice)))
                .get()
                .extracting(Sessions.Session::user)
                .isEqualTo(alice.id());
        clock.advance(HOUR);
        assertThat(sessions.check(text, view(alice))).isEmpty();
    }

    @Test
    void sessionEndsWithItsUsersCredentials() {
        UserView alice = user(false, 1);
        String text = sessions.begin(alice, SECRETS, HOUR);
        assertThat(sessions.check(text, view(changed(alice, false, 2)))).isEmpty();
        assertThat(sessions.check(text, view(changed(alice, true, 1)))).isEmpty();
        assertThat(sessions.check(text, view(user(false, 1)))).isEmpty();
    }

    @Test
    void sessionOfAnotherKeyOrWithAChangedByteIsNone() {
        UserView alice = user(false, 1);
        ClusterView view = view(alice);
        assertThat(sessions.check(sessions.begin(alice, secrets(), HOUR), view)).isEmpty();
        String text = sessions.begin(alice, SECRETS, HOUR);
        for (int i = 0; i < text.length() - 1; i++) {
            char changed = text.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(sessions.check(text.substring(0, i) + changed + text.substring(i + 1), view))
                    .as("character " + i)
                    .isEmpty();
            assertThat(sessions.check(text.substring(0, i), view)).isEmpty();
        }
        assertThat(sessions.check(text.substring(0, 10) + "!".repeat(text.length() - 10), view))
                .isEmpty();
    }

    private FailureLimiter limiter(int byPair, int byAddress, int byUser, int remembered) {
        Duration interval = Duration.ofSeconds(10);
        return new FailureLimiter(
                new FailureLimiter.Limits(
                        new FailureLimiter.Limit(byPair, interval),
                        new FailureLimiter.Limit(byAddress, interval),
                        new FailureLimiter.Limit(byUser, interval)),
                remembered,
                clock);
    }

    @Test
    void failuresSlowTheirAddressDownUntilTheyAreForgotten() throws UnknownHostException {
        FailureLimiter limiter = limiter(3, 5, 100, 100);
        InetAddress here = InetAddress.getByName("192.0.2.1");
        UserName bob = new UserName("bob");
        for (int i = 0; i < 3; i++) {
            assertThat(limiter.wait(ALICE, here)).isEmpty();
            limiter.failed(ALICE, here);
        }
        assertThat(limiter.wait(ALICE, here)).contains(Duration.ofSeconds(10));
        assertThat(limiter.wait(bob, here)).isEmpty();
        limiter.failed(bob, here);
        limiter.failed(bob, here);
        assertThat(limiter.wait(new UserName("carol"), here)).isPresent();
        clock.advance(Duration.ofSeconds(10));
        assertThat(limiter.wait(ALICE, here)).isEmpty();
        limiter.failed(ALICE, here);
        assertThat(limiter.wait(ALICE, here)).isPresent();
    }

    @Test
    void guessesFromOneAddressDoNotLockTheUserOutElsewhere() throws UnknownHostException {
        FailureLimiter limiter = limiter(3, 5, 100, 100);
        InetAddress guesser = InetAddress.getByName("192.0.2.1");
        InetAddress elsewhere = InetAddress.getByName("192.0.2.2");
        for (int i = 0; i < 50; i++) {
            limiter.failed(ALICE, guesser);
        }
        assertThat(limiter.wait(ALICE, guesser)).isPresent();
        assertThat(limiter.wait(ALICE, elsewhere)).isEmpty();
        limiter.succeeded(ALICE, elsewhere);
        assertThat(limiter.wait(ALICE, guesser)).isPresent();
    }

    @Test
    void guessesFromManyAddressesAreSlowedDownButNotWhereTheUserIsAtHome() throws UnknownHostException {
        FailureLimiter limiter = limiter(3, 5, 20, 100);
        InetAddress home = InetAddress.getByName("192.0.2.200");
        limiter.succeeded(ALICE, home);
        for (int i = 0; i < 20; i++) {
            InetAddress from = InetAddress.getByName("192.0.2." + i);
            assertThat(limiter.wait(ALICE, from)).isEmpty();
            limiter.failed(ALICE, from);
        }
        assertThat(limiter.wait(ALICE, InetAddress.getByName("192.0.2.99"))).isPresent();
        assertThat(limiter.wait(ALICE, home)).isEmpty();
    }

    @Test
    void failuresOfANetworkCountTogetherAndMemoryIsBounded() throws UnknownHostException {
        FailureLimiter limiter = limiter(100, 1, 100, 10);
        limiter.failed(ALICE, InetAddress.getByName("2001:db8::1"));
        assertThat(limiter.wait(ALICE, InetAddress.getByName("2001:db8::2"))).isPresent();
        assertThat(limiter.wait(ALICE, InetAddress.getByName("2001:db8:0:1::2")))
                .isEmpty();
        for (int i = 0; i < 10; i++) {
            limiter.failed(ALICE, InetAddress.getByName("192.0.2." + i));
        }
        assertThat(limiter.wait(ALICE, InetAddress.getByName("2001:db8::1"))).isEmpty();
    }

    @Test
    void rightPasswordIsRememberedShortlyAndForOneViewOnly() {
        var cache = new CredentialCache(Duration.ofSeconds(60), 10, clock, random);
        UserView alice = user(false, 1);
        ViewId first = view(alice).id();
        ViewId second = new ViewId(CLUSTER, 1, first.revision() + 1, Sha256.hash(new byte[] {1}));
        cache.remember(first, ALICE, "secret", alice.id());
        assertThat(cache.recall(first, ALICE, "secret")).contains(alice.id());
        assertThat(cache.recall(first, ALICE, "secres")).isEmpty();
        assertThat(cache.recall(first, new UserName("alic"), "esecret")).isEmpty();
        assertThat(cache.recall(second, ALICE, "secret")).isEmpty();
        cache.remember(second, ALICE, "secret", alice.id());
        clock.advance(Duration.ofSeconds(60));
        assertThat(cache.recall(second, ALICE, "secret")).isEmpty();
    }

    @Test
    void cacheForgetsWhatWasUsedLongestAgo() {
        var cache = new CredentialCache(Duration.ofSeconds(60), 2, clock, random);
        UserView alice = user(false, 1);
        ViewId view = view(alice).id();
        cache.remember(view, ALICE, "1", alice.id());
        cache.remember(view, ALICE, "2", alice.id());
        cache.recall(view, ALICE, "1");
        cache.remember(view, ALICE, "3", alice.id());
        assertThat(cache.recall(view, ALICE, "1")).isPresent();
        assertThat(cache.recall(view, ALICE, "2")).isEmpty();
    }

    private static UserView user(boolean disabled, long credentialVersion) {
        return new UserView(
                new UserId(UUID.randomUUID()), ALICE, UserRole.USER, "$argon2id$", disabled, credentialVersion);
    }

    private static UserView changed(UserView user, boolean disabled, long credentialVersion) {
        return new UserView(user.id(), user.name(), user.role(), user.passwordHash(), disabled, credentialVersion);
    }

    private static ClusterView view(UserView user) {
        return ClusterView.of(
                new ViewId(CLUSTER, 1, 7, Sha256.hash(new byte[0])),
                List.of(),
                List.of(user),
                List.of(),
                List.of(),
                SECRETS);
    }

    private static ClusterSecrets secrets() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        String text = Base64.getEncoder().encodeToString(key);
        return new ClusterSecrets(text, text);
    }
}
