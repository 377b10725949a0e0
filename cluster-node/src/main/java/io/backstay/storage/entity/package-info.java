/**
 * The sharded {@code BackupStorage} actor: one for each repository that is in use, the single writer of its catalogue. It runs
 * {@link io.backstay.storage.protocol.EntityMachine} over the journal; {@link io.backstay.storage.entity.StorageShards} is the
 * way to it from any node, {@link io.backstay.storage.entity.EntityWire} what is said to it. May import {@code protocol},
 * {@code transfer}, the model and the cluster's view.
 */
@NullMarked
package io.backstay.storage.entity;

import org.jspecify.annotations.NullMarked;
