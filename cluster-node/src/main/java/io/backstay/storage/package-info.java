/**
 * Replicated storage of repositories' objects. {@code protocol} holds the rules as pure state machines, {@code entity} the
 * sharded {@code BackupStorage} actor that is the single writer of a repository's catalogue, {@code node} a node's own
 * disk under the rules, {@code transfer} how nodes speak to each other's disks, {@code door} what a client's request
 * turns into. May import {@code model}, {@code objects}, {@code cluster}.
 */
@NullMarked
package io.backstay.storage;

import org.jspecify.annotations.NullMarked;
