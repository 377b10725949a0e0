package io.backstay.cluster.credentials;

import io.backstay.cluster.view.TokenView;
import io.backstay.model.Sha256;
import io.backstay.model.TokenId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secret of an application token, {@code bst_<id>_<secret>}: the token's id as 32 hexadecimal digits, so that it is
 * found without a search, and 43 random letters and digits (256 bits). It is shown once; the cluster keeps its SHA-256, which
 * is hash enough for something random and long.
 *
 * <p>It serves as the password of HTTP basic authentication, with its owner's name or {@value #ANY_USER} as user name, and
 * as a bearer token.
 */
public record ApplicationTokenSecret(TokenId id, String text) {
    /** The user name that goes with any token. */
    public static final String ANY_USER = "token";

    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int SECRET_CHARS = 43;
    private static final Pattern FORM =
            Pattern.compile("bst_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[0-9A-Za-z]{43}");

    /** A new token. */
    public static ApplicationTokenSecret create(SecureRandom random) {
        TokenId id = new TokenId(new UUID(random.nextLong() & ~0xf000L | 0x4000L, random.nextLong() >>> 2 | 1L << 63));
        StringBuilder text =
                new StringBuilder("bst_").append(id.toString().replace("-", "")).append('_');
        for (int i = 0; i < SECRET_CHARS; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return new ApplicationTokenSecret(id, text.toString());
    }

    /** Reads what a client sent; none where it has not the form of a token, so that it is taken for a password. */
    public static Optional<ApplicationTokenSecret> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        TokenId id = TokenId.parse(
                String.join("-", parts.group(1), parts.group(2), parts.group(3), parts.group(4), parts.group(5)));
        return Optional.of(new ApplicationTokenSecret(id, text));
    }

    /** What the cluster remembers: SHA-256 of the whole text. */
    public Sha256 hash() {
        return Sha256.hash(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether this is the secret of the token; compared in constant time. Its expiry is not looked at. */
    public boolean opens(TokenView token) {
        return id.equals(token.id())
                && MessageDigest.isEqual(hash().bytes(), token.secretHash().bytes());
    }

    @Override
    public String toString() {
        return "ApplicationTokenSecret[id=" + id + "]";
    }
}
