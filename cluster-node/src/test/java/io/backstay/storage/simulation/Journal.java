package io.backstay.storage.simulation;

import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.storage.entity.JournalHead;
import io.backstay.storage.protocol.Catalogue;
import io.backstay.storage.protocol.CatalogueEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The database with the journal of one repository: a batch is taken whole if its numbers are free, which the primary key sees
 * to in production; so a writer that has not noticed that the journal was set back leaves a gap. It can be away, and its answers can be lost after it has committed.
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

    /** What a recovery reads: the events that are there, and the number of the last. */
    record Recovered(List<CatalogueEvent> events, long head) {}

    private record Entry(CatalogueEvent event, long writer) {}

    private static final long TIMEOUT_MILLIS = 3_000;

    private final World world;
    private final Timeline timeline;
    private final TreeMap<Long, Entry> events = new TreeMap<>();
    private Catalogue truth = new Catalogue(World.REPOSITORY);
    private final List<Deletion> deletions = new ArrayList<>();
    private long writer;
    private int restored;
    private boolean setBackUnderRunningNodes;
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

    private long head() {
        return events.isEmpty() ? 0 : events.lastKey();
    }

    /**
     * Restores an old backup of the database; what was under way ends with its connections.
     *
     * @param running whether nodes are running, which may write behind the gap
     */
    void setBack(int toSize, boolean running) {
        restored++;
        setBackUnderRunningNodes |= running;
        while (events.size() > toSize) {
            events.pollLastEntry();
        }
        truth = replay(World.REPOSITORY);
    }

    /** The catalogue as the journal has it at this moment. */
    Catalogue truth() {
        return truth;
    }

    /** The catalogue's revision after so many events. */
    long revisionAt(int size) {
        Catalogue catalogue = new Catalogue(World.REPOSITORY);
        events.values().stream().limit(size).map(Entry::event).forEach(catalogue::apply);
        return catalogue.revision();
    }

    /** What an activation that began now would recover. */
    Catalogue replay(RepositoryId repository) {
        Catalogue catalogue = new Catalogue(repository);
        withoutSuperseded().forEach(catalogue::apply);
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
                    boolean free =
                            events.subMap(after + 1, after + 1 + batch.size()).isEmpty();
                    boolean next = free || world.rules().journalTakesAnything();
                    if (next) {
                        take(free ? after : head(), batch, by);
                    }
                    answered.accept(() -> back.accept(next ? Appended.TAKEN : Appended.REFUSED));
                },
                () -> back.accept(Appended.UNKNOWN));
    }

    private void take(long after, List<CatalogueEvent> batch, long by) {
        boolean activates = batch.stream().anyMatch(CatalogueEvent.Activated.class::isInstance);
        if (activates) {
            writer = by;
        } else if (writer != by && !setBackUnderRunningNodes) {
            world.oracle().violated(Violation.Clause.ONE_EPOCH_WRITES, "an activation that was superseded has written");
        }
        long number = after;
        for (CatalogueEvent event : batch) {
            events.put(++number, new Entry(event, by));
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
            case CatalogueEvent.FoundBehind found -> {}
            case CatalogueEvent.ObjectsDeleted deleted -> {}
            case CatalogueEvent.RebuildBegun begun -> {}
            case CatalogueEvent.Rebuilt rebuilt -> {}
            case CatalogueEvent.ObjectsRestored restored -> {}
        }
    }

    /**
     * The deletions of a key since a moment; none once the journal was set back under running nodes, since those that have
     * not noticed write between, and an activation's revisions are its own.
     */
    List<Deletion> deletions(ObjectKey key, long sinceMillis) {
        if (setBackUnderRunningNodes) {
            return List.of();
        }
        return deletions.stream()
                .filter(deletion -> deletion.key().equals(key) && deletion.atMillis() >= sinceMillis)
                .toList();
    }

    void read(Host from, Consumer<Recovered> back, Runnable unknown) {
        query(
                from,
                answered -> {
                    Recovered copy = new Recovered(withoutSuperseded(), head());
                    answered.accept(() -> back.accept(copy));
                },
                unknown);
    }

    /** Reading leaves out what a writer has written after another one had begun, as Pekko's replay filter does. */
    private List<CatalogueEvent> withoutSuperseded() {
        List<CatalogueEvent> kept = new ArrayList<>();
        Set<Long> superseded = new HashSet<>();
        long current = 0;
        for (Entry entry : events.values()) {
            if (superseded.contains(entry.writer())) {
                continue;
            }
            if (entry.writer() != current) {
                superseded.add(current);
                current = entry.writer();
            }
            kept.add(entry.event());
        }
        return kept;
    }

    void end(Host from, long since, Consumer<JournalHead.End> back, Runnable unknown) {
        query(
                from,
                answered -> {
                    Map<Long, Entry> rest = events.tailMap(since);
                    long last = rest.isEmpty() ? 0 : head();
                    Set<Long> later = events.tailMap(since, false).values().stream()
                            .map(Entry::writer)
                            .collect(Collectors.toSet());
                    boolean whole = rest.size() == last - since + 1 && later.size() <= 1;
                    answered.accept(
                            () -> back.accept(new JournalHead.End(last, whole, writerOf(since), writerOf(last))));
                },
                unknown);
    }

    private String writerOf(long number) {
        Entry entry = events.get(number);
        return entry == null ? "" : String.valueOf(entry.writer());
    }
}
