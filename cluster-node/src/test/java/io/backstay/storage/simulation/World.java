package io.backstay.storage.simulation;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.Replication;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.CatalogueEvent;
import io.backstay.storage.protocol.ClusterFacts;
import io.backstay.storage.protocol.Placement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Everything there is in a run, and what each part knows of the others. */
final class World {
    static final RepositoryId REPOSITORY = new RepositoryId(new UUID(7, 7));
    static final Sha256 GARBAGE = new Sha256(-1, -1, -1, -1);
    static final long TICK_MILLIS = 1_000;
    static final long GRACE_MILLIS = 20_000;
    static final long REBUILD_PATIENCE_MILLIS = 5_000;
    static final long QUARANTINE_MILLIS = 30_000;
    static final long OPEN_TIMEOUT_MILLIS = 5_000;

    private final Plan plan;
    private final Rules rules;
    private final Trace trace;
    private final Tally tally;
    private final Timeline timeline;
    private final Network network;
    private final Journal journal;
    private final Oracle oracle;
    private final Sharding sharding;
    private final List<Host> hosts = new ArrayList<>();
    private final Map<NodeId, Host> byNode = new HashMap<>();
    private final List<Set<NodeId>> seenUp = new ArrayList<>();
    private final List<Oracle.Change> openChanges = new ArrayList<>();
    private final Map<Oracle.Change, Host> changesAt = new HashMap<>();
    private Set<NodeId> writable = Set.of();
    private List<Placement.Candidate> storage = List.of();
    private Set<Integer> replacedDisks = new HashSet<>();
    private final Set<Integer> harmedDisks = new HashSet<>();
    private int admitted;
    private int policy;
    private long lastNumber;

    World(Plan plan, Rules rules, Trace trace, Tally tally) {
        this.plan = plan;
        this.policy = plan.replicas();
        this.rules = rules;
        this.trace = trace;
        this.tally = tally;
        this.timeline = new Timeline(plan.seed());
        this.network = new Network(this, plan.hosts());
        this.journal = new Journal(this);
        this.oracle = new Oracle(this, plan.seed());
        Set<NodeId> all = new HashSet<>();
        for (int i = 0; i < plan.hosts(); i++) {
            NodeId node = new NodeId(new UUID(0, i + 1));
            Host host = new Host(this, i, node, timeline.between(-3_000, 3_000));
            hosts.add(host);
            byNode.put(node, host);
            all.add(node);
        }
        for (int i = 0; i < plan.hosts(); i++) {
            seenUp.add(Set.copyOf(all));
        }
        writable = Set.copyOf(all);
        admit(plan.admitted());
        this.sharding = new Sharding(this, plan.hosts());
    }

    Rules rules() {
        return rules;
    }

    Trace trace() {
        return trace;
    }

    Tally tally() {
        return tally;
    }

    Timeline timeline() {
        return timeline;
    }

    Network network() {
        return network;
    }

    Journal journal() {
        return journal;
    }

    Oracle oracle() {
        return oracle;
    }

    Sharding sharding() {
        return sharding;
    }

    List<Host> hosts() {
        return hosts;
    }

    /** The hosts that are one of S. */
    List<Host> storageHosts() {
        return hosts.subList(0, admitted);
    }

    Host host(NodeId node) {
        Host host = byNode.get(node);
        if (host == null) {
            throw new IllegalStateException("no such node");
        }
        return host;
    }

    long nextNumber() {
        return ++lastNumber;
    }

    void say(String line) {
        trace.add(timeline.nowMillis(), line);
    }

    String plain(ObjectKey key) {
        return Plan.plain(key);
    }

    String plain(CatalogueEvent event) {
        return (journal.size() + " ")
                + switch (event) {
                    case CatalogueEvent.Activated e -> "Activated epoch " + e.epoch() + " on " + host(e.node());
                    case CatalogueEvent.ObjectStored e ->
                        "ObjectStored " + plain(e.key()) + " on " + plain(e.holders()) + " by " + e.by();
                    case CatalogueEvent.ObjectDeleted e ->
                        "ObjectDeleted " + plain(e.key()) + " owing " + plain(e.owing()) + " by " + e.by();
                    case CatalogueEvent.ObjectsDeleted e ->
                        "ObjectsDeleted " + e.keys().stream().map(Plan::plain).toList() + " owing " + plain(e.owing())
                                + " by " + e.by();
                    case CatalogueEvent.RemovalsPaid e ->
                        "RemovalsPaid " + host(e.node()) + " through " + e.throughRevision();
                    case CatalogueEvent.ReplicasAdded e ->
                        "ReplicasAdded " + host(e.node()) + " "
                                + e.keys().stream().map(Plan::plain).toList();
                    case CatalogueEvent.ReplicasDropped e ->
                        "ReplicasDropped " + host(e.node()) + " "
                                + e.keys().stream().map(Plan::plain).toList() + " " + e.why();
                    case CatalogueEvent.FoundBehind e -> "FoundBehind " + e.why();
                    case CatalogueEvent.RebuildBegun e -> "RebuildBegun floor " + e.floor();
                    case CatalogueEvent.Rebuilt e -> "Rebuilt " + e.objects();
                    case CatalogueEvent.ObjectsRestored e ->
                        "ObjectsRestored "
                                + e.objects().stream()
                                        .map(object -> plain(object.key()))
                                        .toList()
                                + " on " + plain(e.holders());
                };
    }

    private List<Host> plain(Set<NodeId> nodes) {
        return nodes.stream().sorted().map(this::host).toList();
    }

    // What the cluster looks like from a host

    ClusterFacts facts(Host host) {
        return new ClusterFacts(host.clockMillis(), storage, seenUp.get(host.index()), writable, policy);
    }

    /** The repository is to have another number of copies. */
    void policy(int replicas) {
        policy = replicas;
    }

    void admit(int count) {
        admitted = count;
        List<Placement.Candidate> candidates = new ArrayList<>();
        for (Host host : storageHosts()) {
            candidates.add(new Placement.Candidate(host.node(), "", 1.0));
        }
        storage = List.copyOf(candidates);
    }

    int admitted() {
        return admitted;
    }

    int replicas() {
        return Replication.of(policy, admitted).replicas();
    }

    int quorum() {
        return quorum(admitted);
    }

    /** W where there are so many storage nodes. */
    int quorum(int storageNodes) {
        return Replication.of(policy, storageNodes).quorum();
    }

    /** Something came or went: each host notices within a few seconds. */
    void noticeSoon() {
        for (Host host : hosts) {
            timeline.after(timeline.between(500, 5_000), () -> host.run(host.incarnation(), () -> notice(host)));
        }
        timeline.after(timeline.between(200, 5_000), () -> {
            Set<NodeId> now = new HashSet<>();
            hosts.stream().filter(host -> !host.disk().full()).forEach(host -> now.add(host.node()));
            writable = Set.copyOf(now);
        });
    }

    private void notice(Host host) {
        Set<NodeId> now = new HashSet<>();
        for (Host other : hosts) {
            if (other == host || other.running() && network.connected(host, other)) {
                now.add(other.node());
            }
        }
        seenUp.set(host.index(), Set.copyOf(now));
    }

    // Crashes, as clients and oracle see them

    void changeAt(Host host, Oracle.Change change) {
        openChanges.add(change);
        changesAt.put(change, host);
    }

    void changeEnded(Oracle.Change change, boolean acknowledged) {
        openChanges.remove(change);
        changesAt.remove(change);
        oracle.ended(change, acknowledged);
    }

    void crash(Host host) {
        if (host.crashed()) {
            return;
        }
        host.crash();
        for (Oracle.Change change : List.copyOf(openChanges)) {
            if (host.equals(changesAt.get(change))) {
                changeEnded(change, false);
            }
        }
        noticeSoon();
    }

    void restart(Host host) {
        if (host.crashed()) {
            host.restart();
            say(host + " is up again");
            sharding.learnSoon(host);
            noticeSoon();
        }
    }

    /** Whether the journal's word is not to be relied on in this run. */
    boolean journalMayBeBehind() {
        return plan.losesJournal();
    }

    void diskReplaced(Host host) {
        replacedDisks.add(host.index());
    }

    boolean wasReplaced(Host host) {
        return replacedDisks.contains(host.index());
    }

    /** The disk has lost a copy, or all. */
    void diskHarmed(Host host) {
        harmedDisks.add(host.index());
    }

    /** Whether the disk may lack copies that it had. */
    boolean wasHarmed(Host host) {
        return harmedDisks.contains(host.index());
    }

    void allIsRepaired() {
        harmedDisks.clear();
        replacedDisks = new HashSet<>();
    }
}
