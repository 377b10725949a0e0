/**
 * The versioned view: what every node needs to decide alone while no manager is there (nodes, credentials as hashes,
 * repositories and their policies). The manager publishes it, every node keeps the newest on disk. Entry:
 * {@link io.backstay.cluster.view.ClusterView}. Pure: knows the model only.
 */
@NullMarked
package io.backstay.cluster.view;

import org.jspecify.annotations.NullMarked;
