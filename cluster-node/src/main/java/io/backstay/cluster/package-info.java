/**
 * Membership: who is in the cluster, how nodes prove it to each other, and the view that every node holds.
 * {@code identity} has keys and certificates, {@code join} how a node gets its certificate, {@code tls} Artery's mutual
 * TLS, {@code membership} the cluster's actor system and reachability, {@code view} and {@code replication} the view and
 * how it spreads, {@code agent} how a node announces itself, {@code journal} the database that event-sourced actors of
 * other rooms write to. May import {@code model}.
 */
@NullMarked
package io.backstay.cluster;

import org.jspecify.annotations.NullMarked;
