package io.backstay.storage.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Answers that are given only after the journal's head was seen to be still this activation's own. One check is in flight at
 * a time and answers all that waited when it began, so that a thousand reads cost a few checks. Confined to one thread.
 */
final class HeadChecks {
    /** An activation's checks have numbers of their own, so that what was read for an earlier one decides nothing. */
    private static final int CHECKS_OF_AN_EPOCH_BITS = 32;

    /** Nobody may ask for a long time, and the journal be another one meanwhile. */
    static final long LOOK_EVERY_MILLIS = 30_000;

    record Waiting(long request, Supplier<EntityReply> answer) {}

    private final LongSupplier ownHead;
    private List<Waiting> next = new ArrayList<>();
    private List<Waiting> inFlight = List.of();
    private boolean looking;
    private long check;
    private long ownHeadAtCheck;
    private long seen;
    private String writer = "";
    private long last;
    private long lookedMillis;

    /** Checks of a journal that ends, as far as its activation knows, at {@code ownHead}. */
    HeadChecks(LongSupplier ownHead) {
        this.ownHead = ownHead;
    }

    /** An activation begins. */
    void begin(long epoch) {
        last = Math.max(last, epoch << CHECKS_OF_AN_EPOCH_BITS);
    }

    /** The journal was read up to here, and this activation's events follow. */
    void recovered(long journalHead) {
        seen = Math.max(1, journalHead);
        writer = "";
    }

    /** The number of a check that answers nothing here. */
    long number() {
        return ++last;
    }

    /** Has a request answered once a check that begins from now on has ended well; begins it where none is in flight. */
    Step checked(long request, Supplier<EntityReply> answer) {
        next.add(new Waiting(request, answer));
        return looking ? Step.nothing() : look();
    }

    /** Whether this is the check in flight. */
    boolean awaits(long answered) {
        return looking && answered == check;
    }

    /** The check in flight has come back: those that it decides. */
    List<Waiting> end() {
        looking = false;
        List<Waiting> decided = inFlight;
        inFlight = List.of();
        return decided;
    }

    /** Whether the journal has lost what this activation had written before the check in flight began. */
    boolean lost(EntityInput.HeadRead read) {
        boolean another = !writer.isEmpty() && !(writer.equals(read.firstWriter()) && writer.equals(read.lastWriter()));
        if (another || !read.whole() || read.journalHead() < ownHeadAtCheck) {
            return true;
        }
        seen = ownHeadAtCheck;
        writer = read.lastWriter();
        return false;
    }

    /** Begins the next check, where anything waits. */
    Step next() {
        return next.isEmpty() ? Step.nothing() : look();
    }

    /** Begins a check for which nobody waits, from time to time. */
    Step regularly(long nowMillis) {
        if (nowMillis - lookedMillis < LOOK_EVERY_MILLIS || looking) {
            return Step.nothing();
        }
        lookedMillis = nowMillis;
        return look();
    }

    private Step look() {
        looking = true;
        inFlight = next;
        next = new ArrayList<>();
        check = number();
        ownHeadAtCheck = ownHead.getAsLong();
        return Step.of(new EntityOutput.ReadHead(check, seen));
    }
}
