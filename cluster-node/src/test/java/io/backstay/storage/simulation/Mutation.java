package io.backstay.storage.simulation;

import io.backstay.storage.simulation.Planner.Flavour;

/** A rule of the protocol that is taken away. {@link Rules} does it, outside of the protocol's own classes. */
enum Mutation {
    /** Everything as it is. */
    NONE,

    // Activation
    /** An activation serves before a majority of the disks has heard of it. */
    SERVES_BEFORE_A_MAJORITY_KNOWS(Flavour.LOST_JOURNAL),
    /** A disk's stamp above the journal's revision is overlooked. */
    OVERLOOKS_STAMPS(Flavour.LOST_JOURNAL),
    /** The journal takes what a superseded activation writes. */
    JOURNAL_TAKES_ANYTHING,
    /** A storage node obeys an older epoch. */
    NODE_OBEYS_OLD_EPOCHS,
    /** A storage node answers before its standing is on disk. */
    NODE_FORGETS_ITS_STANDING(Flavour.MIXED, 3_800),

    // Write
    /** A write is acknowledged with one copy less than W. */
    ACKNOWLEDGES_WITH_FEWER_COPIES,
    /** A write is acknowledged before it is in the journal. */
    ACTS_BEFORE_PERSISTING,
    /** A node answers before its folder is synced. */
    ANSWERS_BEFORE_SYNC,
    /** A ticket that was not renewed still commits. */
    COMMITS_EXPIRED_TICKETS(Flavour.FROZEN, 2_500),
    /** A ticket of an earlier activation still commits. */
    COMMITS_TICKETS_OF_OTHER_EPOCHS(Flavour.BUSY_KEYS),
    /** An upload that comes late takes the place of a later one. */
    RENAMES_OVER_LATER_FILES,
    /** An upload that comes after the removal of its key is placed. */
    RENAMES_AFTER_REMOVALS,

    // Delete
    /** A delete leaves the key's open tickets alive. */
    DELETES_WITHOUT_REVOKING(Flavour.BUSY_KEYS),
    /** A delete takes whatever is there when it arrives. */
    DELETES_UNOBSERVED(Flavour.BUSY_KEYS),
    /** A delete overlooks what was confirmed after it was observed. */
    DELETES_WHAT_WAS_CONFIRMED_SINCE(Flavour.BUSY_KEYS, 2_100),
    /** Nodes that were away owe nothing. */
    FORGETS_DEBTS,
    /** A delete is answered before any disk is marked. */
    ANSWERS_DELETES_WITHOUT_MARKERS,
    /** Removals of a batch are carried out under the revision of its last. */
    REMOVES_UNDER_A_LATER_REVISION(Flavour.LOST_JOURNAL),
    /** What a node has counts though it owes its removal. */
    COUNTS_WHILE_OWING,

    // Files that no record knows
    /** An unknown file is removed although an upload of its key is open. */
    SWEEPS_WHILE_A_TICKET_IS_OPEN,
    /** What a sweep saw counts, whatever has happened since. */
    BELIEVES_OLD_SWEEPS(Flavour.BUSY_KEYS),
    /** Unknown files stay. */
    NEVER_SWEEPS,

    // Lists and reads
    /** Answers do not wait for a look at the journal's head. */
    ANSWERS_WITHOUT_HEAD_CHECK,
    /** Bytes leave a node unverified. */
    SERVES_UNVERIFIED,

    // Repair
    /** A copy counts although it could not be made. */
    COUNTS_COPIES_UNSEEN,
    /** A surplus copy goes before the record says so. */
    DROPS_BEFORE_THE_RECORD_SAYS_SO,
    /** A discarded copy leaves a marker, as if its object were deleted. */
    MARKS_DISCARDED_COPIES(Flavour.LOST_JOURNAL),
    /** Damaged copies keep counting. */
    KEEPS_DAMAGED_COPIES,

    // Rebuild
    /** A rebuild overlooks markers. */
    REBUILDS_WITHOUT_MARKERS(Flavour.LOST_JOURNAL),
    /** A rebuild goes on though W disks or more are silent. */
    REBUILDS_FROM_TOO_FEW_DISKS(Flavour.LOST_JOURNAL),
    /** The disks are read before they refuse what earlier activations still have on its way. */
    READS_DISKS_UNFENCED(Flavour.LOST_JOURNAL, 50_000),
    /** That the catalogue must be rebuilt is not written down. */
    FORGETS_THAT_IT_IS_BEHIND(Flavour.LOST_JOURNAL, 10_000),
    /** Disks are told that all is on W of them before it is. */
    SAYS_SETTLED_TOO_EARLY(Flavour.LOST_JOURNAL),
    /** A lesser W acknowledges before the disks know of it. */
    LOWERS_W_BEFORE_THE_DISKS_KNOW(Flavour.LOST_JOURNAL),
    /** A disk that has taken another's place is relied on as that one was. */
    TRUSTS_STRANGE_DISKS(Flavour.LOST_JOURNAL),

    // Locks
    /** Locks that doors have accepted without an entity are not asked for. */
    OVERLOOKS_OWNERLESS_LOCKS;

    private final Flavour flavour;
    private final long firstSeed;

    Mutation() {
        this(Flavour.MIXED);
    }

    Mutation(Flavour flavour) {
        this(flavour, 1);
    }

    Mutation(Flavour flavour, long firstSeed) {
        this.flavour = flavour;
        this.firstSeed = firstSeed;
    }

    /** Where to begin looking: any seed does in the end, this one in less time than it takes to build. */
    long firstSeed() {
        return firstSeed;
    }

    /** The flavour of runs in which the rule matters most. */
    Flavour flavour() {
        return flavour;
    }
}
