package io.backstay.storage.simulation;

/** A promise that did not hold. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What must hold; see {@link Oracle}. */
    enum Clause {
        /** What was acknowledged is there. */
        ACKNOWLEDGED_STAYS,
        /** What was deleted does not come back. */
        DELETED_STAYS_AWAY,
        /** What is read is what was written. */
        CONTENT_IS_RIGHT,
        /** No activation writes after its successor has begun. */
        ONE_EPOCH_WRITES,
        /** A disk obeys nobody older than whom it has heard of, and takes back nothing that it has removed. */
        DISKS_KEEP_THEIR_WORD,
        /** A copy that the record counts is taken away by nobody. */
        COUNTED_COPIES_STAY,
        /** After the faults every object has R good copies, and the record names exactly the disks that have them. */
        COPIES_ARE_COMPLETE,
        /** After the faults no disk has a file that no record knows. */
        NO_UNKNOWN_FILES,
        /** After the faults nobody owes a removal. */
        NO_DEBTS,
        /** After the faults everything is served. */
        SERVES_AGAIN
    }

    private final Clause clause;
    private final String detail;

    Violation(Clause clause, String detail) {
        super(clause + ": " + detail);
        this.clause = clause;
        this.detail = detail;
    }

    Clause clause() {
        return clause;
    }

    String detail() {
        return detail;
    }
}
