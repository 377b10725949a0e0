package io.backstay.cluster.identity;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * What lets a new node in: {@code bsj_<secret>_<authority>}, the secret 32 random bytes in URL-safe base64, the authority the
 * first 32 hexadecimal digits of its certificate's fingerprint. So a node that has the token also knows which authority it
 * may trust, and takes no other's answer. The secret is random and long: its plain SHA-256 serves as its hash.
 */
public record JoinToken(String text) {
    private static final Pattern FORM = Pattern.compile("bsj_[A-Za-z0-9_-]{43}_[0-9a-f]{32}");
    private static final int SECRET_BYTES = 32;
    private static final int PIN_DIGITS = 32;

    /**
     * Checks the form.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_REQUEST}
     */
    public JoinToken {
        if (!FORM.matcher(text).matches()) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, "not a join token: it has the form bsj_…_…");
        }
    }

    /** A new token for the cluster of that authority. */
    public static JoinToken create(X509Certificate authority, SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new JoinToken("bsj_%s_%s"
                .formatted(
                        Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
                        Certificates.fingerprint(authority).substring(0, PIN_DIGITS)));
    }

    /** Whether this is the authority that the token was made for. */
    public boolean trusts(X509Certificate authority) {
        return Certificates.fingerprint(authority).startsWith(text.substring(text.length() - PIN_DIGITS));
    }

    /** What the cluster remembers of the token: SHA-256 of its whole text. */
    public Sha256 hash() {
        return Sha256.hash(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "JoinToken[hidden]";
    }
}
