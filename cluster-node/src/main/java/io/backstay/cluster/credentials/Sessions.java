package io.backstay.cluster.credentials;

import io.backstay.cluster.view.ClusterSecrets;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.UserView;
import io.backstay.model.UserId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Sessions that no node needs to remember: {@code bss_<claims and their HMAC-SHA256>} under the view's session key, so that
 * a session is good on every node and across a manager's change. It ends when it expires, and with all others of its user
 * when the user's credential version grows, is disabled or deleted. Safe for use by many threads.
 *
 * <p>Claims, big-endian: version (1 byte, 1), user id (16), credential version (8), issued and expires (8 each, seconds since
 * 1970), session id (16).
 */
public final class Sessions {
    private static final String PREFIX = "bss_";
    private static final byte VERSION = 1;
    private static final int CLAIMS_BYTES = 1 + 16 + 8 + 8 + 8 + 16;
    private static final int MAC_BYTES = 32;
    private static final int TEXT_CHARS = PREFIX.length() + ((CLAIMS_BYTES + MAC_BYTES) * 4 + 2) / 3;

    private final Clock clock;
    private final SecureRandom random;

    /** Sessions by this node's clock. */
    public Sessions(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * A session that holds.
     *
     * @param id random; names the session in logs, opens nothing
     */
    public record Session(UUID id, UserId user, Instant issued, Instant expires) {}

    /** Begins a session of a user who has just proved who they are; the text is the bearer token and the cookie's value. */
    public String begin(UserView user, ClusterSecrets secrets, Duration lifetime) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        Instant now = clock.instant();
        byte[] claims = ByteBuffer.allocate(CLAIMS_BYTES)
                .put(VERSION)
                .putLong(user.id().value().getMostSignificantBits())
                .putLong(user.id().value().getLeastSignificantBits())
                .putLong(user.credentialVersion())
                .putLong(now.getEpochSecond())
                .putLong(now.plus(lifetime).getEpochSecond())
                .put(id)
                .array();
        byte[] signed = ByteBuffer.allocate(CLAIMS_BYTES + MAC_BYTES)
                .put(claims)
                .put(mac(claims, secrets))
                .array();
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    }

    /** The session, where it was begun in this cluster and holds at this moment by this view. */
    public Optional<Session> check(String text, ClusterView view) {
        if (text.length() != TEXT_CHARS || !text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        ByteBuffer signed;
        try {
            signed = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(PREFIX.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        byte[] claims = new byte[CLAIMS_BYTES];
        byte[] mac = new byte[MAC_BYTES];
        signed.get(claims).get(mac);
        if (!MessageDigest.isEqual(mac, mac(claims, view.secrets()))) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(claims);
        if (fields.get() != VERSION) {
            return Optional.empty();
        }
        UserId user = new UserId(new UUID(fields.getLong(), fields.getLong()));
        long credentialVersion = fields.getLong();
        Instant issued = Instant.ofEpochSecond(fields.getLong());
        Instant expires = Instant.ofEpochSecond(fields.getLong());
        UUID id = new UUID(fields.getLong(), fields.getLong());
        UserView known = view.users().get(user);
        boolean holds = known != null
                && !known.disabled()
                && known.credentialVersion() == credentialVersion
                && clock.instant().isBefore(expires);
        return holds ? Optional.of(new Session(id, user, issued, expires)) : Optional.empty();
    }

    private static byte[] mac(byte[] claims, ClusterSecrets secrets) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secrets.sessionKey()), "HmacSHA256"));
            return mac.doFinal(claims);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }
}
