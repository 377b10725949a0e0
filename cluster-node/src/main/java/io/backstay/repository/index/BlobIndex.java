package io.backstay.repository.index;

import io.backstay.model.Sha256;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackedBlob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * All blobs of a repository in memory: pages of primitive arrays, which never move, and a hash table of their numbers. An entry
 * costs 48 bytes and its share of the table 5 to 11, so that ten million blobs fit into 0.7 GiB, also while the table grows. A
 * blob may be there several times, in different packs. Safe for use by many threads.
 */
public final class BlobIndex {
    private static final int PAGE_BITS = 14;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int FIRST_TABLE = 1 << 12;
    private static final int ID_WORDS = 4;

    /** Beside the pack's number: the blob is a tree. */
    private static final int TREE = 1 << 31;

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final List<Sha256> packs = new ArrayList<>();
    private final List<Page> pages = new ArrayList<>();

    /** Numbers of entries plus one; 0 where there is none. Its length is a power of two. */
    private int[] table = new int[FIRST_TABLE];

    private int count;

    /** Entries of 2^14 blobs. */
    private static final class Page {
        final long[] ids = new long[PAGE * ID_WORDS];
        final int[] packs = new int[PAGE];
        final int[] offsets = new int[PAGE];
        final int[] lengths = new int[PAGE];
        final int[] uncompressed = new int[PAGE];
    }

    /** Adds the blobs of a pack. */
    public void add(Sha256 pack, List<PackedBlob> blobs) {
        lock.writeLock().lock();
        try {
            int number = packs.size();
            packs.add(pack);
            for (PackedBlob blob : blobs) {
                add(number, blob);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** How many entries there are. */
    public int size() {
        lock.readLock().lock();
        try {
            return count;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Whether the blob is there. */
    public boolean contains(BlobType type, Sha256 id) {
        lock.readLock().lock();
        try {
            return next(type, id, slot(id)) >= 0;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** A place of the blob. */
    public Optional<BlobPlace> find(BlobType type, Sha256 id) {
        lock.readLock().lock();
        try {
            int slot = next(type, id, slot(id));
            return slot < 0 ? Optional.empty() : Optional.of(place(table[slot] - 1));
        } finally {
            lock.readLock().unlock();
        }
    }

    /** All places of the blob. */
    public List<BlobPlace> findAll(BlobType type, Sha256 id) {
        lock.readLock().lock();
        try {
            List<BlobPlace> found = new ArrayList<>(1);
            int slot = next(type, id, slot(id));
            while (slot >= 0) {
                found.add(place(table[slot] - 1));
                slot = next(type, id, slot + 1 & table.length - 1);
            }
            return found;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Shows each entry, in the order in which they were added, so one pack's blobs together. */
    public void forEach(Consumer<BlobPlace> each) {
        int end = size();
        for (int i = 0; i < end; i++) {
            BlobPlace place;
            lock.readLock().lock();
            try {
                place = place(i);
            } finally {
                lock.readLock().unlock();
            }
            each.accept(place);
        }
    }

    private void add(int pack, PackedBlob blob) {
        if (count >= table.length / 3 * 2) {
            grow();
        }
        int index = count++;
        if (index >>> PAGE_BITS == pages.size()) {
            pages.add(new Page());
        }
        Page page = pages.get(index >>> PAGE_BITS);
        int at = index & PAGE - 1;
        page.ids[at * ID_WORDS] = blob.id().a();
        page.ids[at * ID_WORDS + 1] = blob.id().b();
        page.ids[at * ID_WORDS + 2] = blob.id().c();
        page.ids[at * ID_WORDS + 3] = blob.id().d();
        page.packs[at] = blob.type() == BlobType.TREE ? pack | TREE : pack;
        page.offsets[at] = (int) blob.offset();
        page.lengths[at] = (int) blob.length();
        page.uncompressed[at] = (int) blob.uncompressedLength();
        insert(index, slot(blob.id()));
    }

    private void insert(int index, int from) {
        int slot = from;
        while (table[slot] != 0) {
            slot = slot + 1 & table.length - 1;
        }
        table[slot] = index + 1;
    }

    private void grow() {
        table = new int[table.length * 2];
        for (int i = 0; i < count; i++) {
            Page page = pages.get(i >>> PAGE_BITS);
            insert(i, slot(page.ids[(i & PAGE - 1) * ID_WORDS]));
        }
    }

    /** The next slot from one on that holds the blob, or -1. */
    private int next(BlobType type, Sha256 id, int from) {
        int slot = from;
        while (table[slot] != 0) {
            int index = table[slot] - 1;
            Page page = pages.get(index >>> PAGE_BITS);
            int at = index & PAGE - 1;
            int word = at * ID_WORDS;
            if (page.ids[word] == id.a()
                    && page.ids[word + 1] == id.b()
                    && page.ids[word + 2] == id.c()
                    && page.ids[word + 3] == id.d()
                    && page.packs[at] < 0 == (type == BlobType.TREE)) {
                return slot;
            }
            slot = slot + 1 & table.length - 1;
        }
        return -1;
    }

    private BlobPlace place(int index) {
        Page page = pages.get(index >>> PAGE_BITS);
        int at = index & PAGE - 1;
        int word = at * ID_WORDS;
        Sha256 id = new Sha256(page.ids[word], page.ids[word + 1], page.ids[word + 2], page.ids[word + 3]);
        return new BlobPlace(
                packs.get(page.packs[at] & ~TREE),
                new PackedBlob(
                        page.packs[at] < 0 ? BlobType.TREE : BlobType.DATA,
                        id,
                        Integer.toUnsignedLong(page.offsets[at]),
                        Integer.toUnsignedLong(page.lengths[at]),
                        Integer.toUnsignedLong(page.uncompressed[at])));
    }

    /** Ids are hashes: a part of one is as good as any hash of it. */
    private int slot(Sha256 id) {
        return slot(id.a());
    }

    private int slot(long firstWord) {
        return (int) (firstWord >>> 32) & table.length - 1;
    }
}
