package io.backstay.repository.check;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.ListedObject;
import io.backstay.repository.BlobReader;
import io.backstay.repository.Failures;
import io.backstay.repository.Repository;
import io.backstay.repository.Snapshots;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.index.IndexFile;
import io.backstay.repository.json.MalformedJsonException;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackHeader;
import io.backstay.repository.pack.PackedBlob;
import io.backstay.repository.tree.Node;
import io.backstay.repository.tree.NodeType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/**
 * Checks a repository once: that every index can be read, every pack that they list is there in the right length, every
 * snapshot's trees can be read and all that they name is listed; and of some packs each byte. What is wrong is found, not
 * thrown; only a backend that fails ends the check.
 */
public final class Check {
    private final Repository repository;
    private final DataSample sample;
    private final int threads;
    private final ConcurrentLinkedDeque<Finding> findings = new ConcurrentLinkedDeque<>();
    private final Map<Sha256, List<PackedBlob>> packs = new HashMap<>();
    private final BlobIndex index = new BlobIndex();
    private final Set<Sha256> trees = new HashSet<>();
    private long snapshots;

    /** Prepares a check that reads the packs of a sample whole, so many at once. */
    public Check(Repository repository, DataSample sample, int threads) {
        this.repository = repository;
        this.sample = sample;
        this.threads = threads;
    }

    /** Does it. */
    public CheckResult run() throws IOException, InterruptedException {
        readIndexes();
        comparePacks();
        readSnapshots();
        LongAdder read = new LongAdder();
        LongAdder bytes = new LongAdder();
        readPacks(read, bytes);
        return new CheckResult(snapshots, trees.size(), packs.size(), read.sum(), bytes.sum(), List.copyOf(findings));
    }

    private void readIndexes() throws IOException {
        for (ListedObject listed : repository.backend().list(ObjectType.INDEX)) {
            try {
                IndexFile.read(repository.loadFile(listed.key()), (pack, blobs) -> {
                    if (packs.putIfAbsent(pack, blobs) == null) {
                        index.add(pack, blobs);
                    } else if (!Set.copyOf(blobs).equals(Set.copyOf(packs.getOrDefault(pack, List.of())))) {
                        error(new ObjectKey(ObjectType.DATA, pack), "two indexes list different blobs of it");
                    }
                });
            } catch (MalformedJsonException e) {
                error(listed.key(), String.valueOf(e.getMessage()));
            } catch (BackstayException e) {
                damage(listed.key(), e);
            }
        }
    }

    private void comparePacks() throws IOException {
        Map<Sha256, Long> there = new HashMap<>();
        repository
                .backend()
                .list(ObjectType.DATA)
                .forEach(pack -> there.put(pack.key().name(), pack.sizeBytes()));
        packs.forEach((pack, blobs) -> {
            ObjectKey key = new ObjectKey(ObjectType.DATA, pack);
            Long size = there.remove(pack);
            long expected = PackHeader.lengthOf(blobs);
            for (PackedBlob blob : blobs) {
                expected += blob.length();
            }
            if (size == null) {
                error(key, "it is listed by an index and not there");
            } else if (size != expected) {
                error(key, "it has %d bytes where %d are expected".formatted(size, expected));
            }
        });
        there.keySet()
                .forEach(pack -> findings.add(new Finding(
                        Finding.Severity.NOTE,
                        new ObjectKey(ObjectType.DATA, pack).toString(),
                        "no index lists it; a prune would remove it")));
    }

    private void readSnapshots() throws IOException {
        List<Sha256> roots = new ArrayList<>();
        for (ListedObject listed : repository.backend().list(ObjectType.SNAPSHOTS)) {
            try {
                roots.add(Snapshots.load(repository, listed.key().name()).tree());
                snapshots++;
            } catch (BackstayException e) {
                damage(listed.key(), e);
            }
        }
        try (BlobReader reader = new BlobReader(repository, index)) {
            for (Sha256 root : roots) {
                walk(reader, root);
            }
        }
    }

    /** Each tree once, without recursion: a hostile one may be as deep as it likes. */
    private void walk(BlobReader reader, Sha256 root) throws IOException {
        List<Sha256> waiting = new ArrayList<>(List.of(root));
        while (!waiting.isEmpty()) {
            Sha256 tree = waiting.removeLast();
            if (trees.add(tree)) {
                try {
                    for (Node node : reader.tree(tree)) {
                        look(tree, node, waiting);
                    }
                } catch (BackstayException e) {
                    damage("tree " + tree, e);
                }
            }
        }
    }

    private void look(Sha256 tree, Node node, List<Sha256> waiting) {
        if (node.type() == NodeType.DIR) {
            node.subtree()
                    .ifPresentOrElse(
                            waiting::add,
                            () -> error("tree " + tree, "its folder \"%s\" has no tree".formatted(node.name())));
        }
        for (Sha256 part : node.content().orElse(List.of())) {
            if (!index.contains(BlobType.DATA, part)) {
                error("tree " + tree, "a part of \"%s\" is in no index: %s".formatted(node.name(), part));
            }
        }
        if (node.type() == NodeType.FILE && node.content().isEmpty() && node.size() != 0) {
            error("tree " + tree, "file \"%s\" has no content".formatted(node.name()));
        }
    }

    private void readPacks(LongAdder read, LongAdder bytes) throws IOException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        ConcurrentLinkedDeque<PackCheck> free = new ConcurrentLinkedDeque<>();
        List<Future<?>> running = new ArrayList<>();
        try {
            packs.forEach((pack, blobs) -> {
                if (sample.includes(pack)) {
                    running.add(pool.submit(() -> {
                        PackCheck mine = free.poll();
                        PackCheck check = mine != null ? mine : new PackCheck(repository);
                        try {
                            bytes.add(check.check(pack, blobs, findings::add));
                            read.increment();
                        } catch (io.backstay.objects.MissingObjectException e) {
                            // Said already, when the list was compared.
                            return null;
                        } finally {
                            free.push(check);
                        }
                        return null;
                    }));
                }
            });
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw Failures.unwrap(e);
        } finally {
            pool.shutdownNow();
            free.forEach(PackCheck::close);
        }
    }

    private void damage(Object what, BackstayException e) {
        if (e.code() != ErrorCode.REPOSITORY_DAMAGED && e.code() != ErrorCode.TOO_LARGE) {
            throw e;
        }
        error(what, e.getMessage());
    }

    private void error(Object what, String how) {
        findings.add(new Finding(Finding.Severity.ERROR, what.toString(), how));
    }
}
