package io.backstay.cluster.membership;

import java.util.List;

/**
 * How this node takes part in its cluster.
 *
 * @param artery where other nodes reach its actor system, and what it binds
 * @param management where other nodes and operators reach Pekko Management, and what it binds
 * @param contactPoints management addresses that are asked for the cluster, usually the founders'
 * @param requiredContactPoints so many must answer before a new cluster is formed
 * @param found whether this node may form a new cluster; others only join
 * @param failover how soon a silent node counts as dead; the same on all nodes
 */
public record ClusterSettings(
        HostPort artery,
        HostPort management,
        List<HostPort> contactPoints,
        int requiredContactPoints,
        boolean found,
        Failover failover) {
    /** How soon a silent node counts as dead. */
    public enum Failover {
        /** A pause of three seconds costs a node nothing. */
        STEADY,
        /** A pause of one second may cost a node its membership; a dead manager's successor acts in half the time. */
        QUICK
    }

    /** Copies the list. */
    public ClusterSettings {
        contactPoints = List.copyOf(contactPoints);
    }
}
