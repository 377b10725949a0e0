package io.backstay.objects.memory;

import io.backstay.model.Sha256;
import io.backstay.objects.BlockChecksums;
import io.backstay.objects.StoredObject;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** An object and its content, which nobody changes; read it by absolute positions. */
record MemoryObject(StoredObject object, ByteBuffer content, BlockChecksums blocks) {
    Sha256 hash() {
        MessageDigest digest = Sha256.digest();
        digest.update(content.duplicate());
        return Sha256.of(digest.digest(), 0);
    }
}
