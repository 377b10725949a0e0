package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.Sha256;
import java.util.Set;

/**
 * What the catalogue knows of an object.
 *
 * @param sha256 of its content; the same instance as the key's name but for {@code config}
 * @param storedAtMillis milliseconds since 1970
 * @param revision of the event that stored it: tells a re-created object from the one before
 * @param holders the nodes whose verified copy counts; never empty
 */
public record ObjectRecord(long sizeBytes, Sha256 sha256, long storedAtMillis, long revision, Set<NodeId> holders) {}
