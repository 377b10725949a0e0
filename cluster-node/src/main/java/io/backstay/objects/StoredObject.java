package io.backstay.objects;

import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import java.time.Instant;

/**
 * An object on a medium.
 *
 * @param sha256 of its content
 * @param revision of the ticket under which it was written, 0 where that is not known any more
 * @param storedAt when it was published
 */
public record StoredObject(ObjectKey key, long sizeBytes, Sha256 sha256, long revision, Instant storedAt) {}
