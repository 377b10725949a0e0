package io.backstay.objects;

import io.backstay.model.ObjectKey;

/** An object as a {@link Backend} lists it. */
public record ListedObject(ObjectKey key, long sizeBytes) {}
