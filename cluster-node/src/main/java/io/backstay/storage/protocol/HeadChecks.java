package io.backstay.storage.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Answers that are given only after the journal's head was seen to be still this activation's own. One check is in flight at
 * a time and answers all that waited when it began, so that a thousand reads cost a few checks. Confined to one thread.
 */
final class HeadChecks {
    /** An activation's checks have numbers of their own, so that what was read for an earlier one decides nothing. */
    private static final int CHECKS_OF_AN_EPOCH_BITS = 32;

    record Waiting(long request, Supplier<EntityReply> answer) {}

    private List<Waiting> next = new ArrayList<>();
    private List<Waiting> inFlight = List.of();
    private long check;
    private long last;

    /** An activation begins. */
    void begin(long epoch) {
        last = Math.max(last, epoch << CHECKS_OF_AN_EPOCH_BITS);
    }

    /** The number of a check that answers nothing here. */
    long number() {
        return ++last;
    }

    /** Has a request answered once a check that begins from now on has ended well; begins it where none is in flight. */
    Step checked(long request, Supplier<EntityReply> answer) {
        next.add(new Waiting(request, answer));
        return inFlight.isEmpty() ? next() : Step.nothing();
    }

    /** The answers that a check has decided; none where it is not the one in flight. */
    List<Waiting> end(long answered) {
        if (answered != check) {
            return List.of();
        }
        List<Waiting> decided = inFlight;
        inFlight = List.of();
        return decided;
    }

    /** Begins the next check, where anything waits. */
    Step next() {
        if (next.isEmpty()) {
            return Step.nothing();
        }
        inFlight = next;
        next = new ArrayList<>();
        check = number();
        return Step.of(new EntityOutput.ReadHead(check));
    }
}
