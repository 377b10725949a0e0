package io.backstay.objects.memory;

import io.backstay.model.RepositoryId;
import io.backstay.objects.MediumFullException;
import io.backstay.objects.ObjectMedium;
import io.backstay.objects.ObjectStore;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Repositories in memory, with a size that can be used up. */
public final class MemoryMedium implements ObjectMedium {
    private final Clock clock;
    private final long totalBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final ConcurrentHashMap<RepositoryId, MemoryObjectStore> stores = new ConcurrentHashMap<>();

    private final AtomicReference<byte @Nullable []> note = new AtomicReference<>();

    /** A medium of this size. */
    public MemoryMedium(Clock clock, long totalBytes) {
        this.clock = clock;
        this.totalBytes = totalBytes;
    }

    @Override
    public ObjectStore store(RepositoryId repository) {
        return stores.computeIfAbsent(repository, id -> new MemoryObjectStore(this, clock));
    }

    @Override
    public Set<RepositoryId> repositories() {
        return new TreeSet<>(stores.keySet());
    }

    @Override
    public Capacity capacity() {
        return new Capacity(Math.max(0, totalBytes - usedBytes.get()), totalBytes);
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void probe() throws MediumFullException {
        if (usedBytes.get() >= totalBytes) {
            throw new MediumFullException("no room left in memory");
        }
    }

    @Override
    public Optional<byte[]> note() {
        return Optional.ofNullable(note.get()).map(byte[]::clone);
    }

    @Override
    public void note(byte[] bytes) {
        note.set(bytes.clone());
    }

    @Override
    public void close() {
        stores.clear();
    }

    void take(long bytes) throws MediumFullException {
        if (usedBytes.addAndGet(bytes) > totalBytes) {
            usedBytes.addAndGet(-bytes);
            throw new MediumFullException("no room left in memory");
        }
    }

    void give(long bytes) {
        usedBytes.addAndGet(-bytes);
    }
}
