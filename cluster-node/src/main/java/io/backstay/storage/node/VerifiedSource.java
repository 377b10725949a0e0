package io.backstay.storage.node;

import io.backstay.model.ObjectKey;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.RangeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * A range as a stream of verified chunks. The first chunk is read and verified before the stream is handed out, so that
 * what is missing or damaged from the start is said at once; a range of one chunk holds no file open.
 */
final class VerifiedSource {
    private final DiskGate gate;
    private final RangeReader reader;

    private VerifiedSource(DiskGate gate, RangeReader reader) {
        this.gate = gate;
        this.reader = reader;
    }

    /** Opens the range; at the disk. */
    static Source<ByteString, NotUsed> open(DiskGate gate, ObjectStore store, ObjectKey key, long offset, long length)
            throws IOException {
        RangeReader reader = store.open(key, offset, length);
        try {
            ByteString first = bytes(reader.read());
            if (reader.remaining() == 0) {
                reader.close();
                return first.isEmpty() ? Source.empty() : Source.single(first);
            }
            return Source.single(first).concat(new VerifiedSource(gate, reader).rest());
        } catch (IOException | RuntimeException e) {
            try (reader) {
                throw e;
            }
        }
    }

    private Source<ByteString, NotUsed> rest() {
        return Source.unfoldResourceAsync(
                () -> CompletableFuture.completedFuture(this), VerifiedSource::next, VerifiedSource::close);
    }

    private CompletionStage<Optional<ByteString>> next() {
        return gate.submit(() -> Optional.of(bytes(reader.read())).filter(bytes -> !bytes.isEmpty()));
    }

    private CompletionStage<Done> close() {
        return gate.submit(() -> {
            reader.close();
            return Done.getInstance();
        });
    }

    private static ByteString bytes(ByteBuffer chunk) {
        return ByteString.fromArrayUnsafe(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
    }
}
