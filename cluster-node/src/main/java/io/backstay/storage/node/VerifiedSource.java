package io.backstay.storage.node;

import io.backstay.model.ObjectKey;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.RangeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A range as a stream of verified pieces. The first piece is read and verified before the stream is handed out, so that
 * what is missing or damaged from the start is said at once; a range of one piece holds no file open. While a piece is on its
 * way the next one is read.
 *
 * <p>A stage of its own, since Pekko's source for something that is read would run as an actor of its own, on other threads: a
 * third of a download's processor time went into waking them.
 */
final class VerifiedSource extends GraphStage<SourceShape<ByteString>> {
    private static final Logger LOG = LoggerFactory.getLogger(VerifiedSource.class);

    private final Outlet<ByteString> out = Outlet.create("verified");
    private final SourceShape<ByteString> shape = SourceShape.of(out);
    private final DiskGate gate;
    private final ReadPieces pieces;
    private final RangeReader reader;
    private final ByteString first;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    private VerifiedSource(DiskGate gate, ReadPieces pieces, RangeReader reader, ByteString first) {
        this.gate = gate;
        this.pieces = pieces;
        this.reader = reader;
        this.first = first;
    }

    /** Opens the range; at the disk. What it gives out is for one stream. */
    static Source<ByteString, NotUsed> open(
            DiskGate gate, ReadPieces pieces, ObjectStore store, ObjectKey key, long offset, long length)
            throws IOException {
        RangeReader reader = store.open(key, offset, length);
        try {
            ByteString first = bytes(reader.read(pieces.bytes()));
            if (reader.remaining() == 0) {
                reader.close();
                return first.isEmpty() ? Source.empty() : Source.single(first);
            }
            return Source.fromGraph(new VerifiedSource(gate, pieces, reader, first));
        } catch (IOException | RuntimeException e) {
            try (reader) {
                throw e;
            }
        }
    }

    private static ByteString bytes(ByteBuffer chunk) {
        return ByteString.fromArrayUnsafe(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
    }

    @Override
    public SourceShape<ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private record Piece(ByteString bytes, boolean last) {}

    private final class Logic extends GraphStageLogic {
        private final AsyncCallback<Piece> came = createAsyncCallback(this::came);
        private final AsyncCallback<Throwable> failed = createAsyncCallback(this::failStage);
        private Optional<Piece> ready = Optional.of(new Piece(first, false));

        private Logic() {
            super(shape);
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    give();
                }
            });
        }

        @Override
        public void preStart() {
            pieces.begun();
        }

        @Override
        public void postStop() {
            pieces.ended();
            gate.launch(
                    () -> gate.at(VerifiedSource.this::close),
                    failure -> LOG.warn("A file that was read could not be closed", failure));
        }

        /** On a thread that may wait for the disk. */
        private Done readOn() throws IOException {
            came.invoke(gate.at(VerifiedSource.this::next));
            return Done.getInstance();
        }

        private void came(Piece piece) {
            ready = Optional.of(piece);
            if (isAvailable(out)) {
                give();
            }
        }

        private void give() {
            if (ready.isEmpty()) {
                return;
            }
            Piece piece = ready.get();
            ready = Optional.empty();
            push(out, piece.bytes());
            if (piece.last()) {
                completeStage();
            } else {
                gate.launch(this::readOn, failure -> failed.invoke(Failures.of(failure)));
            }
        }
    }

    private Piece next() throws IOException {
        oneAtATime.lock();
        try {
            ByteString bytes = bytes(reader.read(pieces.bytes()));
            return new Piece(bytes, reader.remaining() == 0);
        } finally {
            oneAtATime.unlock();
        }
    }

    /** Waits for a reading under way, which nobody wants any more. */
    private Done close() throws IOException {
        oneAtATime.lock();
        try {
            reader.close();
            return Done.getInstance();
        } finally {
            oneAtATime.unlock();
        }
    }
}
