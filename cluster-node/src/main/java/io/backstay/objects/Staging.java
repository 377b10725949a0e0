package io.backstay.objects;

import io.backstay.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** An object that is being written. One thread at a time. Closing it before it is sealed leaves nothing behind. */
public interface Staging extends AutoCloseable {
    /**
     * Takes the next bytes of the content; all of the buffer's remaining bytes are used.
     *
     * @throws io.backstay.model.BackstayException with {@code CONTENT_TRUNCATED} where there are more than announced
     */
    void write(ByteBuffer bytes) throws IOException;

    /**
     * Ends the content and makes it durable, though not visible. A failure leaves nothing behind.
     *
     * @param expected the hash that the content must have beside the one in its name
     * @throws io.backstay.model.BackstayException with {@code CONTENT_TRUNCATED} or {@code CONTENT_MISMATCH}
     */
    StagedObject seal(Optional<Sha256> expected) throws IOException;

    /** Gives up the object where it was not sealed; may be called again. */
    @Override
    void close() throws IOException;
}
