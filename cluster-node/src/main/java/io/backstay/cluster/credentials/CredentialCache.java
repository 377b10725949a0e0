package io.backstay.cluster.credentials;

import io.backstay.cluster.view.ViewId;
import io.backstay.model.Sha256;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers shortly that a password was right, since restic sends it with each request and Argon2id takes its time. What is
 * remembered holds for one state of the cluster: any change of the view forgets it. The key is an HMAC under a key that lives
 * as long as the process; the password itself is not kept. Bounded; safe for use by many threads.
 */
public final class CredentialCache {
    private static final int KEY_BYTES = 32;

    private final Clock clock;
    private final Duration lifetime;
    private final SecretKeySpec key;
    private final Map<Sha256, Verified> entries;

    private record Verified(ViewId view, UserId user, Instant until) {}

    /**
     * An empty cache.
     *
     * @param lifetime how long a success is remembered; 60 s is usual
     * @param remembered how many at most; the one used longest ago goes first
     */
    public CredentialCache(Duration lifetime, int remembered, Clock clock, SecureRandom random) {
        this.clock = clock;
        this.lifetime = lifetime;
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, "HmacSHA256");
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Sha256, Verified> eldest) {
                return size() > remembered;
            }
        };
    }

    /** Whose password it is, where it was right a short while ago under the same view. */
    public Optional<UserId> recall(ViewId view, UserName name, String password) {
        Sha256 hash = hash(name, password);
        synchronized (entries) {
            Verified entry = entries.get(hash);
            if (entry == null) {
                return Optional.empty();
            }
            if (!entry.view().equals(view) || !clock.instant().isBefore(entry.until())) {
                entries.remove(hash);
                return Optional.empty();
            }
            return Optional.of(entry.user());
        }
    }

    /** Remembers that the password was right under the view. */
    public void remember(ViewId view, UserName name, String password, UserId user) {
        Sha256 hash = hash(name, password);
        synchronized (entries) {
            entries.put(hash, new Verified(view, user, clock.instant().plus(lifetime)));
        }
    }

    private Sha256 hash(UserName name, String password) {
        byte[] user = name.value().getBytes(StandardCharsets.UTF_8);
        byte[] secret = password.getBytes(StandardCharsets.UTF_8);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(user.length).flip());
            mac.update(user);
            return Sha256.of(mac.doFinal(secret), 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }
}
