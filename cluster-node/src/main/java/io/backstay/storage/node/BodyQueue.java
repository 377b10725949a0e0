package io.backstay.storage.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.SinkShape;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Hands a body from its stream to the thread that writes it, all that has come at a time. While the thread is at the disk the
 * stream goes on: that neither wakes the other for each element saves more on few processors than copying costs.
 */
final class BodyQueue extends AbstractGraphStageWithMaterializedValue<SinkShape<ByteString>, BodyQueue.Reader> {
    private final Inlet<ByteString> in = Inlet.create("body");
    private final SinkShape<ByteString> shape = SinkShape.of(in);
    private final long aheadBytes;

    /** The stream rests while so many bytes, or more by one element, wait for the thread. */
    BodyQueue(long aheadBytes) {
        this.aheadBytes = aheadBytes;
    }

    @Override
    public SinkShape<ByteString> shape() {
        return shape;
    }

    @Override
    public Pair<GraphStageLogic, Reader> createLogicAndMaterializedValuePair(Attributes attributes) {
        Logic logic = new Logic();
        return Pair.create(logic, logic.reader);
    }

    private final class Logic extends GraphStageLogic {
        private final AsyncCallback<Done> more = createAsyncCallback(done -> pull(in));
        private final AsyncCallback<Done> enough = createAsyncCallback(done -> completeStage());
        private final Reader reader = new Reader(aheadBytes, more, enough);

        private Logic() {
            super(shape);
            setHandler(in, new AbstractInHandler() {
                @Override
                public void onPush() {
                    if (reader.came(grab(in))) {
                        pull(in);
                    }
                }

                @Override
                public void onUpstreamFinish() {
                    reader.ended(null);
                    completeStage();
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    reader.ended(failure);
                    failStage(failure);
                }
            });
        }

        @Override
        public void preStart() {
            pull(in);
        }

        @Override
        public void postStop() {
            // Where the actor system ends, nothing else says so.
            reader.ended(new IllegalStateException("the stream was stopped"));
        }
    }

    /** The thread's end of the queue. */
    static final class Reader {
        private final long aheadBytes;
        private final AsyncCallback<Done> more;
        private final AsyncCallback<Done> enough;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition news = lock.newCondition();
        private List<ByteString> come = new ArrayList<>();
        private long comeBytes;
        private boolean resting;
        private boolean ended;
        private @Nullable Throwable failure;

        private Reader(long aheadBytes, AsyncCallback<Done> more, AsyncCallback<Done> enough) {
            this.aheadBytes = aheadBytes;
            this.more = more;
            this.enough = enough;
        }

        /** Whether more may come at once. */
        private boolean came(ByteString element) {
            lock.lock();
            try {
                come.add(element);
                comeBytes += element.size();
                news.signal();
                resting = comeBytes >= aheadBytes;
                return !resting;
            } finally {
                lock.unlock();
            }
        }

        /** The first end counts. */
        private void ended(@Nullable Throwable why) {
            lock.lock();
            try {
                if (!ended) {
                    ended = true;
                    failure = why;
                    news.signal();
                }
            } finally {
                lock.unlock();
            }
        }

        /**
         * All that has come, in order; waits for something. Nothing is the body's end.
         *
         * @throws ExecutionException where the stream failed, once all that came before was taken
         * @throws TimeoutException where nothing came for so long
         */
        List<ByteString> take(long patienceNanos) throws InterruptedException, ExecutionException, TimeoutException {
            List<ByteString> taken;
            boolean rested;
            lock.lock();
            try {
                long left = patienceNanos;
                while (come.isEmpty() && !ended) {
                    if (left <= 0) {
                        throw new TimeoutException("nothing came");
                    }
                    left = news.awaitNanos(left);
                }
                if (come.isEmpty() && failure != null) {
                    throw new ExecutionException(failure);
                }
                taken = come;
                come = new ArrayList<>();
                comeBytes = 0;
                rested = resting;
                resting = false;
            } finally {
                lock.unlock();
            }
            if (rested) {
                more.invoke(Done.getInstance());
            }
            return taken;
        }

        /** Nothing more is wanted. */
        void cancel() {
            enough.invoke(Done.getInstance());
        }
    }
}
