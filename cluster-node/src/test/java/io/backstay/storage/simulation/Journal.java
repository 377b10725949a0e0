package io.backstay.storage.simulation;

import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.storage.protocol.Catalogue;
import io.backstay.storage.protocol.CatalogueEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The database with the journal of one repository: a batch is taken whole if its first number is the next one, which the
 * primary key sees to in production. It can be away, and its answers can be lost after it has committed.
 */
final class Journal {
    /** What an append came to, as its caller sees it. */
    enum Appended {
        TAKEN,
        /** Another writer has written. */
        REFUSED,
        /** No answer: it may be there or not. */
        UNKNOWN
    }

    /** A deletion in the journal, and how many disks have to know of it before it is answered. */
    record Deletion(ObjectKey key, long atMillis, long revision, int quorum) {}

    private static final long TIMEOUT_MILLIS = 3_000;

    private final World world;
    private final Timeline timeline;
    private final List<CatalogueEvent> events = new ArrayList<>();
    private Catalogue truth = new Catalogue(World.REPOSITORY);
    private final List<Deletion> deletions = new ArrayList<>();
    private long writer;
    private int restored;
    private boolean away;
    private int reachableSide = -1;

    Journal(World world) {
        this.world = world;
        this.timeline = world.timeline();
    }

    void away(boolean isAway) {
        away = isAway;
    }

    /** During a partition: which side reaches it, all where negative. */
    void reachableFrom(int side) {
        reachableSide = side;
    }

    int size() {
        return events.size();
    }

    /** Restores an old backup of the database; what was under way ends with its connections. */
    void setBack(int toSize) {
        restored++;
        events.subList(toSize, events.size()).clear();
        truth = replay(World.REPOSITORY);
    }

    /** The catalogue as the journal has it at this moment. */
    Catalogue truth() {
        return truth;
    }

    /** The catalogue's revision after so many events. */
    long revisionAt(int size) {
        Catalogue catalogue = new Catalogue(World.REPOSITORY);
        events.subList(0, size).forEach(catalogue::apply);
        return catalogue.revision();
    }

    /** What an activation that began now would recover. */
    Catalogue replay(RepositoryId repository) {
        Catalogue catalogue = new Catalogue(repository);
        events.forEach(catalogue::apply);
        return catalogue;
    }

    private boolean reaches(Host host) {
        int side = world.network().side(host);
        return !away && (reachableSide < 0 || reachableSide == side);
    }

    /** A query of the database; {@code unknown} runs where no answer comes. */
    private void query(Host from, Consumer<Consumer<Runnable>> at, Runnable unknown) {
        int caller = from.incarnation();
        int connection = restored;
        boolean[] over = new boolean[1];
        timeline.after(
                TIMEOUT_MILLIS,
                () -> from.run(caller, () -> {
                    if (!over[0]) {
                        over[0] = true;
                        unknown.run();
                    }
                }));
        timeline.after(world.network().delayMillis(), () -> {
            if (!reaches(from) || connection != restored) {
                return;
            }
            at.accept(answer -> {
                if (world.network().loses()) {
                    return;
                }
                timeline.after(world.network().delayMillis(), () -> {
                    if (reaches(from)) {
                        from.run(caller, () -> {
                            if (!over[0]) {
                                over[0] = true;
                                answer.run();
                            }
                        });
                    }
                });
            });
        });
    }

    /**
     * Appends a batch.
     *
     * @param after the number of the last event that the writer knows
     * @param by which machine writes
     */
    void append(Host from, long after, List<CatalogueEvent> batch, long by, Consumer<Appended> back) {
        query(
                from,
                answered -> {
                    boolean next = after == events.size() || world.rules().journalTakesAnything();
                    if (next) {
                        take(batch, by);
                    }
                    answered.accept(() -> back.accept(next ? Appended.TAKEN : Appended.REFUSED));
                },
                () -> back.accept(Appended.UNKNOWN));
    }

    private void take(List<CatalogueEvent> batch, long by) {
        boolean activates = batch.stream().anyMatch(CatalogueEvent.Activated.class::isInstance);
        if (activates) {
            writer = by;
        } else if (writer != by) {
            world.oracle().violated(Violation.Clause.ONE_EPOCH_WRITES, "an activation that was superseded has written");
        }
        for (CatalogueEvent event : batch) {
            events.add(event);
            truth.apply(event);
            watch(event);
        }
        if (world.trace().on()) {
            batch.forEach(event -> world.say("journal " + world.plain(event)));
        }
    }

    private void watch(CatalogueEvent event) {
        switch (event) {
            case CatalogueEvent.ObjectStored stored ->
                stored.holders().stream()
                        .sorted()
                        .forEach(node -> world.oracle().counts(world.host(node), stored.key(), stored.sha256()));
            case CatalogueEvent.ReplicasAdded added ->
                added.keys()
                        .forEach(key -> truth.find(key)
                                .ifPresent(record ->
                                        world.oracle().counts(world.host(added.node()), key, record.sha256())));
            case CatalogueEvent.ObjectDeleted deleted ->
                deletions.add(new Deletion(
                        deleted.key(),
                        timeline.nowMillis(),
                        truth.revision(),
                        world.quorum(deleted.owing().size())));
            case CatalogueEvent.Activated activated -> {}
            case CatalogueEvent.RemovalsPaid paid -> {}
            case CatalogueEvent.ReplicasDropped dropped -> {}
            case CatalogueEvent.Rebuilt rebuilt -> {}
        }
    }

    /** The first deletion of a key since a moment. */
    Optional<Deletion> deletion(ObjectKey key, long sinceMillis) {
        return deletions.stream()
                .filter(deletion -> deletion.key().equals(key) && deletion.atMillis() >= sinceMillis)
                .findFirst();
    }

    void read(Host from, Consumer<List<CatalogueEvent>> back, Runnable unknown) {
        query(
                from,
                answered -> {
                    List<CatalogueEvent> copy = List.copyOf(events);
                    answered.accept(() -> back.accept(copy));
                },
                unknown);
    }

    void head(Host from, Consumer<Long> back, Runnable unknown) {
        query(
                from,
                answered -> {
                    long head = events.size();
                    answered.accept(() -> back.accept(head));
                },
                unknown);
    }
}
