package io.backstay.cluster.credentials;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * One Argon2id hash in the PHC string format, {@code $argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<hash>} with base64
 * without padding (RFC 9106; {@code github.com/P-H-C/phc-string-format}). The costs are bounded before anything is computed.
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one computation and is never compared
record Argon2Hash(PasswordHasher.Costs costs, byte[] salt, byte[] hash) {
    private static final Pattern FORM =
            Pattern.compile("\\$argon2id\\$v=19\\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]?),p=([1-9][0-9]?)"
                    + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final int HASH_BYTES = 32;

    static Argon2Hash of(byte[] password, byte[] salt, PasswordHasher.Costs costs) {
        return new Argon2Hash(costs, salt, compute(password, salt, costs, HASH_BYTES));
    }

    static Argon2Hash parse(String phc) {
        Matcher parts = FORM.matcher(phc);
        if (!parts.matches()) {
            throw new BackstayException(ErrorCode.DAMAGED, "a stored password hash has no known form");
        }
        var costs = new PasswordHasher.Costs(
                Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)));
        Base64.Decoder base64 = Base64.getDecoder();
        try {
            return new Argon2Hash(costs, base64.decode(parts.group(4)), base64.decode(parts.group(5)));
        } catch (IllegalArgumentException e) {
            throw new BackstayException(ErrorCode.DAMAGED, "a stored password hash has no known form", e);
        }
    }

    boolean matches(byte[] password) {
        return MessageDigest.isEqual(hash, compute(password, salt, costs, hash.length));
    }

    String phc() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        costs.memoryKibibytes(),
                        costs.passes(),
                        costs.lanes(),
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }

    private static byte[] compute(byte[] password, byte[] salt, PasswordHasher.Costs costs, int length) {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(costs.memoryKibibytes())
                .withIterations(costs.passes())
                .withParallelism(costs.lanes())
                .withSalt(salt)
                .build());
        byte[] hash = new byte[length];
        generator.generateBytes(password, hash);
        return hash;
    }

    @Override
    public String toString() {
        return "Argon2Hash[hidden]";
    }
}
