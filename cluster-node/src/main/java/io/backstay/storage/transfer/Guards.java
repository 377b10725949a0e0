package io.backstay.storage.transfer;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.time.Duration;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Watches the bytes of one body: fails it where there are more or fewer than announced, and where the other node lets it
 * wait. Only that node's waiting counts: for an upload the time until it takes the next bytes, for a download the time until
 * it brings them; a slow client on the other side of this node is nobody's fault here.
 */
final class Guards extends GraphStage<FlowShape<ByteString, ByteString>> {
    /** For whom one waits. */
    enum Waiting {
        FOR_DOWNSTREAM,
        FOR_UPSTREAM
    }

    private static final int CHECKS_PER_STALL = 4;

    private final Inlet<ByteString> in = Inlet.create("guard.in");
    private final Outlet<ByteString> out = Outlet.create("guard.out");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
    private final long bytes;
    private final Duration stall;
    private final Waiting waiting;
    private final String whom;

    private Guards(long bytes, Duration stall, Waiting waiting, String whom) {
        this.bytes = bytes;
        this.stall = stall;
        this.waiting = waiting;
        this.whom = whom;
    }

    /** For a body that goes to another node. */
    static Guards upload(long bytes, Duration stall, String whom) {
        return new Guards(bytes, stall, Waiting.FOR_DOWNSTREAM, whom);
    }

    /** For a body that comes from another node. */
    static Guards download(long bytes, Duration stall, String whom) {
        return new Guards(bytes, stall, Waiting.FOR_UPSTREAM, whom);
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {
        private long seen;
        private long waitingSince = System.nanoTime();
        private boolean others = waiting == Waiting.FOR_DOWNSTREAM;

        private Logic() {
            super(shape);
            setHandler(in, new AbstractInHandler() {
                @Override
                public void onPush() {
                    pushed();
                }

                @Override
                public void onUpstreamFinish() {
                    finished();
                }
            });
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    turn(waiting == Waiting.FOR_UPSTREAM);
                    pull(in);
                }
            });
        }

        @Override
        public void preStart() {
            Duration step = stall.dividedBy(CHECKS_PER_STALL);
            scheduleWithFixedDelay("stall", step, step);
        }

        private void turn(boolean theirs) {
            others = theirs;
            waitingSince = System.nanoTime();
        }

        private void pushed() {
            ByteString element = grab(in);
            seen += element.size();
            if (seen > bytes) {
                failStage(new BackstayException(
                        ErrorCode.CONTENT_TRUNCATED, "the body is longer than %d bytes".formatted(bytes)));
                return;
            }
            turn(waiting == Waiting.FOR_DOWNSTREAM);
            push(out, element);
        }

        private void finished() {
            if (seen == bytes) {
                completeStage();
            } else {
                failStage(new BackstayException(
                        waiting == Waiting.FOR_DOWNSTREAM ? ErrorCode.CONTENT_TRUNCATED : ErrorCode.UNAVAILABLE,
                        "the body ended after %d of %d bytes".formatted(seen, bytes)));
            }
        }

        @Override
        public void onTimer(Object key) {
            if (others && System.nanoTime() - waitingSince > stall.toNanos()) {
                failStage(new BackstayException(ErrorCode.UNAVAILABLE, whom + " has stalled"));
            }
        }
    }
}
