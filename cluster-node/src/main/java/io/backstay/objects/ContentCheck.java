package io.backstay.objects;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;

/** Measures content on its way in: length, SHA-256 and block checksums in one pass. One thread at a time. */
public final class ContentCheck {
    private final ObjectKey key;
    private final long sizeBytes;
    private final MessageDigest digest = Sha256.digest();
    private final BlockChecksums.Builder blocks = new BlockChecksums.Builder();
    private long seen;

    /**
     * For an object of this announced length.
     *
     * @throws BackstayException with {@code TOO_LARGE}, or {@code INVALID_REQUEST} for a negative length
     */
    public ContentCheck(ObjectKey key, long sizeBytes) {
        long limit = key.type() == ObjectType.CONFIG ? ObjectStore.MAX_CONFIG_BYTES : ObjectStore.MAX_OBJECT_BYTES;
        if (sizeBytes < 0) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, "a length cannot be negative");
        }
        if (sizeBytes > limit) {
            throw new BackstayException(
                    ErrorCode.TOO_LARGE, "%s has %d bytes, the limit is %d".formatted(key, sizeBytes, limit));
        }
        this.key = key;
        this.sizeBytes = sizeBytes;
    }

    /** The announced length. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Bytes that are still to come. */
    public long remaining() {
        return sizeBytes - seen;
    }

    /**
     * Takes the buffer's remaining bytes, which stay unread.
     *
     * @throws BackstayException with {@code CONTENT_TRUNCATED} where there are more than announced
     */
    public void update(ByteBuffer bytes) {
        if (bytes.remaining() > remaining()) {
            throw new BackstayException(
                    ErrorCode.CONTENT_TRUNCATED, "the content of %s is longer than %d bytes".formatted(key, sizeBytes));
        }
        seen += bytes.remaining();
        digest.update(bytes.duplicate());
        blocks.update(bytes);
    }

    /**
     * Ends the content.
     *
     * @param expected a hash beside the one in the name
     * @throws BackstayException with {@code CONTENT_TRUNCATED} or {@code CONTENT_MISMATCH}
     */
    public Measured end(Optional<Sha256> expected) {
        if (remaining() > 0) {
            throw new BackstayException(
                    ErrorCode.CONTENT_TRUNCATED,
                    "the content of %s ended after %d of %d bytes".formatted(key, seen, sizeBytes));
        }
        Sha256 sha256 = Sha256.of(digest.digest(), 0);
        boolean named = key.contentHash().map(sha256::equals).orElse(true);
        if (!named || !expected.map(sha256::equals).orElse(true)) {
            throw new BackstayException(
                    ErrorCode.CONTENT_MISMATCH, "the content of %s has the SHA-256 %s".formatted(key, sha256));
        }
        return new Measured(sha256, blocks.build());
    }

    /** What was measured. */
    public record Measured(Sha256 sha256, BlockChecksums blocks) {}
}
