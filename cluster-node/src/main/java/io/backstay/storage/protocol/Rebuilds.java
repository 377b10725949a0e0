package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The way of an activation whose journal is behind the disks: every disk is fenced by a new epoch, then read, then the
 * catalogue is made anew. It waits for all storage nodes for a while, and then goes on while fewer than W are silent, so that
 * one of those that answer has each acknowledged object, and the marker of each answered deletion. W is the lesser of today's
 * and of what the disks were told: where a node was admitted, W grows before the copies do. Confined to one thread.
 */
final class Rebuilds {
    /** Who asked, where nobody did. */
    static final String BY_ITSELF = "<rebuild>";

    private final Catalogue catalogue;
    private final long patienceMillis;
    private long sinceMillis;
    private long highestStamp;
    private int toldQuorum;
    private String by = BY_ITSELF;
    private boolean incomplete;

    /** @param patienceMillis how long silent nodes are waited for though the others would do */
    Rebuilds(Catalogue catalogue, long patienceMillis) {
        this.catalogue = catalogue;
        this.patienceMillis = patienceMillis;
    }

    /** The journal was found to be behind. */
    void begin(long nowMillis) {
        sinceMillis = nowMillis;
        highestStamp = 0;
        toldQuorum = 0;
    }

    /** An admin has asked. */
    void ask(String admin, boolean goOnIncomplete) {
        by = admin;
        incomplete = goOnIncomplete;
    }

    /** A fenced disk has told what it has seen. */
    void seen(long stamp, int quorum) {
        highestStamp = Math.max(highestStamp, stamp);
        toldQuorum = Math.max(toldQuorum, quorum);
    }

    /** The reading of the disks, where it may begin now. */
    Optional<EntityOutput> reading(Set<NodeId> fenced, ClusterFacts facts) {
        Set<NodeId> nodes = new HashSet<>();
        facts.storage().forEach(candidate -> nodes.add(candidate.node()));
        int all = nodes.size();
        nodes.retainAll(fenced);
        boolean waitedLong = facts.nowMillis() - sinceMillis >= patienceMillis;
        boolean enough = nodes.size() == all || waitedLong && enough(nodes, facts);
        return enough && !nodes.isEmpty()
                ? Optional.of(new EntityOutput.TakeInventories(catalogue.epoch(), nodes))
                : Optional.empty();
    }

    /** Whether a rebuild from these disks misses nothing that was promised; or an admin takes what is missed. */
    boolean enough(Set<NodeId> asked, ClusterFacts facts) {
        long silent = facts.storage().stream()
                .filter(candidate -> !asked.contains(candidate.node()))
                .count();
        return silent == 0 || silent < Math.min(toldQuorum, facts.replication().quorum()) || incomplete;
    }

    /** The events of the rebuild. */
    List<CatalogueEvent> events(DiskFindings findings, ClusterFacts facts) {
        List<CatalogueEvent> events = findings.events(catalogue, highestStamp, by, facts);
        by = BY_ITSELF;
        incomplete = false;
        return events;
    }
}
