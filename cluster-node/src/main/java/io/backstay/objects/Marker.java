package io.backstay.objects;

import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import java.time.Instant;

/**
 * What a removal leaves behind.
 *
 * @param sizeBytes of the removed object, 0 where there was none
 * @param sha256 of the removed object; for {@code config} all zeros where there was none
 * @param revision of the removal
 * @param removedAt by the clock of the node
 */
public record Marker(ObjectKey key, long sizeBytes, Sha256 sha256, long revision, Instant removedAt) {}
