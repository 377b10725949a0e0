package io.backstay.http.wire;

import io.backstay.model.ErrorCode;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Between a connection and HTTP. A head is held back until it is whole and good. In the place of a bad one a request is let
 * through that {@link ClientConnection#refused} knows, so that its answer comes in its turn; nothing after it is read.
 * A body that is malformed or too slow is cut off. A connection that has ended is read on for a moment, so that the client
 * can read the last answer.
 */
final class RequestGate extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
    private static final Duration LINGER = Duration.ofSeconds(5);
    private static final Duration HALF_OPEN = Duration.ofSeconds(10);
    private static final Duration LONGEST_TICK = Duration.ofSeconds(5);
    private static final int TICKS_A_LIMIT = 8;
    private static final Refusal ENDS_IN_HEAD =
            new Refusal(ErrorCode.INVALID_REQUEST, "the connection ends in the middle of a request's head");
    private static final Refusal HEAD_LATE = new Refusal(ErrorCode.REQUEST_TIMEOUT, "the request's head took too long");
    private static final Refusal BODY_LATE =
            new Refusal(ErrorCode.REQUEST_TIMEOUT, "the body came more slowly than this node waits for");
    private static final Refusal NO_CHUNKS = new Refusal(ErrorCode.INVALID_REQUEST, "the body is not in chunks");

    private final Inlet<ByteString> fromHttp = Inlet.create("fromHttp");
    private final Outlet<ByteString> toNet = Outlet.create("toNet");
    private final Inlet<ByteString> fromNet = Inlet.create("fromNet");
    private final Outlet<ByteString> toHttp = Outlet.create("toHttp");
    private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
            BidiShape.of(fromHttp, toNet, fromNet, toHttp);

    private final ClientConnection connection;
    private final WireLimits limits;
    private final LongSupplier clock;
    private final Traffic traffic;
    private final Consumer<Controls> started;
    private final Runnable ended;

    /** How a connection is ended from outside; safe for use by any thread, also after its end. */
    interface Controls {
        /** Lets the request under way be answered, takes no other one. */
        void drain();

        /** Ends it now. */
        void abort();
    }

    /** Says that the node has ended a connection. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Ended() {
            super("the node ends this connection", null, false, false);
        }
    }

    /**
     * A gate for one connection.
     *
     * @param clock in nanoseconds, as {@link System#nanoTime()}
     * @param traffic counts the bytes of this connection, too
     * @param ended is told when the connection has ended, however
     */
    RequestGate(
            ClientConnection connection,
            WireLimits limits,
            LongSupplier clock,
            Traffic traffic,
            Consumer<Controls> started,
            Runnable ended) {
        this.connection = connection;
        this.limits = limits;
        this.clock = clock;
        this.traffic = traffic;
        this.started = started;
        this.ended = ended;
    }

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private enum Expecting {
        HEAD,
        BODY,
        CHUNKS,
        /** Whatever comes is thrown away. */
        NOTHING
    }

    private final class Logic extends TimerGraphStageLogic {
        private final HeadReader head = new HeadReader();
        private final Patience sending = new Patience(limits.idle(), limits.slowestBytes());
        private final Patience reading = new Patience(limits.idle(), limits.slowestBytes());
        private ChunkReader chunks = new ChunkReader();
        private Expecting expecting = Expecting.HEAD;
        private long bodyLeft;
        private long headSince = clock.getAsLong();
        private long moved = headSince;
        private long lingerUntil;
        private boolean lingers;
        private boolean draining;
        private boolean first = true;

        Logic() {
            super(shape);
            setHandler(fromNet, new FromNet());
            setHandler(toHttp, new ToHttp());
            setHandler(fromHttp, new FromHttp());
            setHandler(toNet, new ToNet());
        }

        @Override
        public void preStart() {
            Duration shortest = limits.headWithin().compareTo(limits.idle()) < 0 ? limits.headWithin() : limits.idle();
            Duration tick = shortest.dividedBy(TICKS_A_LIMIT);
            scheduleWithFixedDelay("tick", tick, tick.compareTo(LONGEST_TICK) > 0 ? LONGEST_TICK : tick);
            AsyncCallback<Boolean> end = createAsyncCallback(now -> {
                if (now) {
                    abort();
                } else {
                    drain();
                }
            });
            started.accept(new Controls() {
                @Override
                public void drain() {
                    end.invoke(false);
                }

                @Override
                public void abort() {
                    end.invoke(true);
                }
            });
        }

        @Override
        public void postStop() {
            ended.run();
        }

        // What comes.

        private void receive(ByteString bytes) {
            long now = clock.getAsLong();
            sending.moved(now, bytes.length());
            ByteString passed = expecting == Expecting.NOTHING ? ByteString.emptyByteString() : passed(bytes, now);
            moved(now);
            if (!passed.isEmpty()) {
                push(toHttp, passed);
            }
            if (expecting == Expecting.NOTHING || draining && betweenRequests()) {
                finishInput();
            } else if (passed.isEmpty()) {
                pullNet();
            }
        }

        /** Of the bytes those that may pass; what remains is kept as a head's beginning or thrown away. */
        private ByteString passed(ByteString bytes, long now) {
            ByteString passed = ByteString.emptyByteString();
            int at = 0;
            while (at < bytes.length() && expecting != Expecting.NOTHING) {
                int from = at;
                switch (expecting) {
                    case HEAD -> {
                        if (head.empty()) {
                            headSince = now;
                        }
                        switch (head.take(bytes, at)) {
                            case HeadReader.Result.More more -> at = bytes.length();
                            case HeadReader.Result.Whole whole -> {
                                at += whole.consumed();
                                passed = passed.concat(whole.head());
                                begin(whole.framing());
                            }
                            case HeadReader.Result.Refused refused -> passed = passed.concat(refuse(refused.refusal()));
                        }
                    }
                    case BODY -> {
                        at += (int) Math.min(bodyLeft, bytes.length() - at);
                        bodyLeft -= at - from;
                        passed = passed.concat(bytes.slice(from, at));
                        expecting = bodyLeft == 0 ? Expecting.HEAD : Expecting.BODY;
                    }
                    case CHUNKS -> {
                        int taken = chunks.take(bytes, at);
                        if (taken < 0) {
                            cutOff(NO_CHUNKS);
                        } else {
                            at += taken;
                            passed = passed.concat(bytes.slice(from, at));
                            expecting = chunks.ended() ? Expecting.HEAD : Expecting.CHUNKS;
                        }
                    }
                    case NOTHING -> {}
                }
            }
            return passed;
        }

        private void begin(Framing framing) {
            first = false;
            switch (framing) {
                case Framing.Length length -> {
                    bodyLeft = length.bytes();
                    expecting = bodyLeft == 0 ? Expecting.HEAD : Expecting.BODY;
                }
                case Framing.Chunked chunked -> {
                    chunks = new ChunkReader();
                    expecting = Expecting.CHUNKS;
                }
            }
        }

        private ByteString refuse(Refusal refusal) {
            expecting = Expecting.NOTHING;
            return ByteString.fromString(connection.inPlaceOf(refusal));
        }

        private void cutOff(Refusal refusal) {
            expecting = Expecting.NOTHING;
            connection.cutOff(refusal);
        }

        private boolean betweenRequests() {
            return expecting == Expecting.HEAD && head.empty();
        }

        /** HTTP answers what it has, and ends the connection; what still comes is thrown away. */
        private void finishInput() {
            expecting = Expecting.NOTHING;
            complete(toHttp);
            pullNet();
        }

        private void pullNet() {
            if (!isClosed(fromNet) && !hasBeenPulled(fromNet)) {
                pull(fromNet);
                if (expecting == Expecting.BODY || expecting == Expecting.CHUNKS) {
                    sending.begin(clock.getAsLong());
                }
            }
        }

        private void moved(long now) {
            moved = now;
            connection.moved(now, expecting == Expecting.HEAD || expecting == Expecting.NOTHING);
        }

        // What is too slow.

        @Override
        public void onTimer(Object key) {
            long now = clock.getAsLong();
            if (lingers ? now > lingerUntil : reading.exhausted(now)) {
                abort();
                return;
            }
            // Pekko may keep a connection whose client has ended its side after several requests in a row.
            if (isClosed(fromNet) && connection.unasked() && now - moved > HALF_OPEN.toNanos()) {
                complete(toNet);
                complete(toHttp);
                cancel(fromHttp);
                return;
            }
            if (isClosed(fromNet) || !hasBeenPulled(fromNet)) {
                return;
            }
            switch (expecting) {
                case HEAD -> {
                    boolean begun = !head.empty();
                    if (begun && now - headSince > limits.headWithin().toNanos()) {
                        emit(toHttp, refuse(HEAD_LATE));
                        complete(toHttp);
                    } else if (!begun
                            && connection.idle()
                            && now - moved > (first ? limits.headWithin() : limits.idle()).toNanos()) {
                        finishInput();
                    }
                }
                case BODY, CHUNKS -> {
                    if (sending.exhausted(now)) {
                        cutOff(BODY_LATE);
                        complete(toHttp);
                    }
                }
                case NOTHING -> {}
            }
        }

        private void drain() {
            draining = true;
            if (betweenRequests() && !isClosed(toHttp)) {
                finishInput();
            }
        }

        private void abort() {
            Ended ended = new Ended();
            complete(toHttp);
            cancel(fromHttp);
            fail(toNet, ended);
            cancel(fromNet, ended);
        }

        // Ports.

        private final class FromNet extends AbstractInHandler {
            @Override
            public void onPush() {
                ByteString bytes = grab(fromNet);
                traffic.received(bytes.length());
                if (isClosed(toHttp)) {
                    pullNet();
                } else {
                    receive(bytes);
                }
            }

            @Override
            public void onUpstreamFinish() {
                if (expecting == Expecting.HEAD && !head.empty() && !isClosed(toHttp)) {
                    emit(toHttp, refuse(ENDS_IN_HEAD));
                }
                expecting = Expecting.NOTHING;
                complete(toHttp);
                if (lingers) {
                    completeStage();
                }
            }

            /** A connection that breaks is for HTTP one that ends too early. */
            @Override
            public void onUpstreamFailure(Throwable failure) {
                abort();
            }
        }

        private final class ToHttp extends AbstractOutHandler {
            @Override
            public void onPull() {
                pullNet();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
                expecting = Expecting.NOTHING;
                pullNet();
            }
        }

        private final class FromHttp extends AbstractInHandler {
            @Override
            public void onPush() {
                ByteString bytes = grab(fromHttp);
                traffic.sent(bytes.length());
                moved(clock.getAsLong());
                reading.beginWith(moved, bytes.length());
                push(toNet, bytes);
            }

            @Override
            public void onUpstreamFinish() {
                complete(toNet);
                complete(toHttp);
                if (isClosed(fromNet)) {
                    completeStage();
                } else {
                    lingers = true;
                    lingerUntil = clock.getAsLong() + LINGER.toNanos();
                    expecting = Expecting.NOTHING;
                    pullNet();
                }
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
                abort();
            }
        }

        private final class ToNet extends AbstractOutHandler {
            @Override
            public void onPull() {
                moved(clock.getAsLong());
                reading.moved(moved, 0);
                pull(fromHttp);
            }

            /** The client cannot be answered any more. */
            @Override
            public void onDownstreamFinish(Throwable cause) {
                abort();
            }
        }
    }
}
