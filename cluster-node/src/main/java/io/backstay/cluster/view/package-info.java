/**
 * The versioned view: what every node needs to decide alone while no manager is there (nodes, credentials as hashes,
 * repositories and their policies). The manager publishes it through {@link io.backstay.cluster.view.ViewPublisher}, every
 * node keeps the newest on disk in its {@link io.backstay.cluster.view.ViewHolder}. Entry:
 * {@link io.backstay.cluster.view.ClusterView}. No Pekko; imports {@code model}, {@code cluster.files}, Jackson.
 */
@NullMarked
package io.backstay.cluster.view;

import org.jspecify.annotations.NullMarked;
