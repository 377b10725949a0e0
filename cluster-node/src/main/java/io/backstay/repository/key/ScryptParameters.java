package io.backstay.repository.key;

import io.backstay.repository.crypto.BrokenSealException;
import io.backstay.repository.crypto.SealingKey;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * The parameters of scrypt (RFC 7914) that a key file names: {@code 128 * n * r} bytes of memory, {@code n * r * p} units of
 * work.
 */
public record ScryptParameters(int n, int r, int p) {
    /** For new keys: 32 MiB and about half a second. */
    public static final ScryptParameters DEFAULT = new ScryptParameters(32768, 8, 4);

    /** The only length of a salt that restic knows. */
    public static final int SALT_BYTES = 64;

    private static final long LARGEST_MEMORY_BYTES = 1L << 30;
    private static final long LARGEST_WORK = 1L << 27;

    /**
     * Refuses what scrypt does not allow, and what would take more than 1 GiB or a hundred times the usual time.
     *
     * @throws IllegalArgumentException with the reason
     */
    public ScryptParameters {
        if (n <= 1 || Integer.bitCount(n) != 1) {
            throw new IllegalArgumentException("N must be a power of two above 1");
        }
        if (r < 1 || p < 1 || (long) r * p >= 1L << 30) {
            throw new IllegalArgumentException("r and p must be positive and their product below 2^30");
        }
        if (n > LARGEST_MEMORY_BYTES / 128 / r || (long) n * r > LARGEST_WORK / p) {
            throw new IllegalArgumentException("N = %d, r = %d, p = %d would take too much".formatted(n, r, p));
        }
    }

    /** The key that the password gives. */
    SealingKey derive(byte[] password, byte[] salt) throws BrokenSealException {
        byte[] bytes = SCrypt.generate(password, salt, n, r, p, SealingKey.ENCRYPTION_BYTES + 2 * SealingKey.MAC_BYTES);
        int k = SealingKey.ENCRYPTION_BYTES;
        int rAt = k + SealingKey.MAC_BYTES;
        return SealingKey.of(
                Arrays.copyOf(bytes, k),
                Arrays.copyOfRange(bytes, k, rAt),
                Arrays.copyOfRange(bytes, rAt, bytes.length));
    }
}
