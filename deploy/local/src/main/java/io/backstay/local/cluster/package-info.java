/**
 * The cluster on this machine: {@link io.backstay.local.cluster.Launcher} owns its data folder, starts its servers and nodes,
 * and stops them. What it decided once (names, ports, founders) stands in {@link io.backstay.local.cluster.Plan}, which stays
 * with the data. It knows a node from outside: by its command, its configuration, its ports and its API.
 */
@NullMarked
package io.backstay.local.cluster;

import org.jspecify.annotations.NullMarked;
