package io.backstay.objects.memory;

import io.backstay.objects.BlockChecksums;
import io.backstay.objects.StoredObject;

/** An object and its content, which nobody changes. */
record MemoryObject(StoredObject object, byte[] content, BlockChecksums blocks) {}
