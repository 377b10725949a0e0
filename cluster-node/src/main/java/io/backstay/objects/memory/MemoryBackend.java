package io.backstay.objects.memory;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.Backend;
import io.backstay.objects.ListedObject;
import io.backstay.objects.MissingObjectException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A {@link Backend} that keeps everything on the heap, for tests and trials. Safe for use by many threads. */
public final class MemoryBackend implements Backend {
    private final ConcurrentMap<ObjectKey, byte[]> objects = new ConcurrentHashMap<>();

    @Override
    public int connections() {
        return 2;
    }

    @Override
    public void create() {}

    @Override
    public void save(ObjectKey key, ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        if (key.type() != ObjectType.CONFIG) {
            objects.put(key, bytes);
            return;
        }
        byte[] there = objects.putIfAbsent(key, bytes);
        if (there != null && !Arrays.equals(there, bytes)) {
            throw new BackstayException(ErrorCode.ALREADY_EXISTS, "another config is there");
        }
    }

    @Override
    public byte[] load(ObjectKey key, int limitBytes) throws IOException {
        byte[] bytes = find(key);
        if (bytes.length > limitBytes) {
            throw new BackstayException(
                    ErrorCode.TOO_LARGE, "%s has %d bytes, more than %d".formatted(key, bytes.length, limitBytes));
        }
        return bytes.clone();
    }

    @Override
    public void load(ObjectKey key, long offset, ByteBuffer into) throws IOException {
        byte[] bytes = find(key);
        if (offset < 0 || offset > bytes.length - into.remaining()) {
            throw new BackstayException(
                    ErrorCode.RANGE_NOT_SATISFIABLE,
                    "%s has %d bytes, not %d from %d on".formatted(key, bytes.length, into.remaining(), offset));
        }
        into.put(bytes, (int) offset, into.remaining());
    }

    @Override
    public long size(ObjectKey key) throws IOException {
        return find(key).length;
    }

    @Override
    public List<ListedObject> list(ObjectType type) {
        return objects.entrySet().stream()
                .filter(entry -> entry.getKey().type() == type)
                .map(entry -> new ListedObject(entry.getKey(), entry.getValue().length))
                .toList();
    }

    @Override
    public void remove(ObjectKey key) {
        objects.remove(key);
    }

    @Override
    public String location() {
        return "memory";
    }

    @Override
    public void close() {}

    private byte[] find(ObjectKey key) throws MissingObjectException {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            throw new MissingObjectException(key);
        }
        return bytes;
    }
}
