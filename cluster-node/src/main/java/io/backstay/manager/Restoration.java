package io.backstay.manager;

import io.backstay.cluster.view.ViewId;
import io.backstay.manager.mirror.MirrorAdoption;
import io.backstay.manager.mirror.MirrorAdoption.Choice;
import io.backstay.manager.mirror.MirrorAdoption.Position;
import io.backstay.manager.mirror.MirrorFinding;
import io.backstay.manager.state.JournalEntry;
import io.backstay.manager.state.ManagerState;
import io.backstay.model.ClusterId;
import java.util.Optional;

/** What a manager that has read its journal goes on with; pure. */
sealed interface Restoration {
    /** With the journal's state. */
    record GoOn(Optional<String> warning) implements Restoration {}

    /** With the mirror's, in a new generation. */
    record Adopt(ManagerState state) implements Restoration {}

    /** With none, until somebody has acted. */
    record StandBack(String why) implements Restoration {}

    /**
     * Decides.
     *
     * @param cluster this node's
     * @param journal what the journal's entries came to, as far as they follow each other
     * @param stray the journal's last entry, where what should come before it is not there
     * @param seen the newest state of which this node has a view
     */
    static Restoration decide(
            ClusterId cluster,
            ManagerState journal,
            Optional<JournalEntry> stray,
            MirrorFinding mirror,
            Optional<ViewId> seen) {
        return switch (mirror) {
            case MirrorFinding.Nothing nothing ->
                stray.<Restoration>map(entry -> new StandBack(lacks(entry) + ", and the state mirror holds no copy:"
                                + " restore the journal's database"))
                        .orElseGet(() -> new GoOn(Optional.empty()));
            case MirrorFinding.Unreadable unreadable ->
                stray.isPresent() || journal.cluster().isEmpty()
                        ? new StandBack("%s, and %s; nothing is begun before it can be asked"
                                .formatted(
                                        stray.map(Restoration::lacks).orElse("The journal is empty"), unreadable.why()))
                        : new GoOn(Optional.of(unreadable.why()));
            case MirrorFinding.Genuine copy -> compared(cluster, journal, stray, copy.state(), seen);
        };
    }

    private static Restoration compared(
            ClusterId cluster,
            ManagerState journal,
            Optional<JournalEntry> stray,
            ManagerState mirror,
            Optional<ViewId> seen) {
        Position there = position(mirror).orElseThrow(() -> new IllegalStateException("a mirror has a cluster"));
        Choice choice = stray.filter(entry -> there.cluster().equals(cluster))
                .map(entry -> mirror.head().contains(entry) ? Choice.MIRROR : Choice.FORK)
                .orElseGet(() -> MirrorAdoption.decide(cluster, position(journal), Optional.of(there)));
        return switch (choice) {
            case JOURNAL -> new GoOn(Optional.empty());
            case FOREIGN_MIRROR ->
                stray.isPresent()
                        ? new StandBack(lacks(stray.get()) + ", and the state mirror is of another cluster")
                        : new GoOn(
                                Optional.of("the state mirror holds the state of another cluster and is left alone"));
            case MIRROR ->
                seen.filter(view -> !mirror.follows(view))
                        .<Restoration>map(view -> new StandBack(
                                ("The journal's database has lost events, and the state mirror ends at revision %d, but"
                                                + " this node has seen revision %d of generation %d: an admin has to"
                                                + " decide")
                                        .formatted(mirror.head().revision(), view.revision(), view.generation())))
                        .orElseGet(() -> new Adopt(mirror));
            case FORK ->
                new StandBack(
                        ("The journal (revision %d) and the state mirror (generation %d, revision %d) have different"
                                        + " histories: an admin has to decide which one goes on")
                                .formatted(
                                        stray.map(JournalEntry::revision)
                                                .orElse(journal.head().revision()),
                                        mirror.head().generation(),
                                        mirror.head().revision()));
        };
    }

    private static String lacks(JournalEntry entry) {
        return "The journal lacks what came before its revision " + entry.revision();
    }

    private static Optional<Position> position(ManagerState state) {
        return state.cluster().map(cluster -> new Position(cluster.id(), state.head()));
    }
}
