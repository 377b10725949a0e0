package io.backstay.repository.backup;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import io.backstay.repository.BlobReader;
import io.backstay.repository.files.FileAccess;
import io.backstay.repository.files.FileReader;
import io.backstay.repository.files.FileStatus;
import io.backstay.repository.files.Paths;
import io.backstay.repository.filter.PathPatterns;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.tree.Node;
import io.backstay.repository.tree.NodeType;
import io.backstay.repository.tree.TreeJson;
import io.backstay.repository.write.BlobSaver;
import io.backstay.repository.write.SavedBlob;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Walks what is backed up. The walk itself is one thread's; each entry becomes a promise of a node, and a folder's tree is
 * saved when all of its entries are there. An entry that cannot be had is reported and left out.
 */
final class Walk {
    private final FileAccess files;
    private final NodeMaker nodes;
    private final BlobSaver blobs;
    private final BlobIndex index;
    private final BlobReader parentReader;
    private final ReaderPool readers;
    private final PathPatterns excludes;
    private final boolean oneFileSystem;
    private final Tally tally;

    Walk(
            FileAccess files,
            NodeMaker nodes,
            BlobSaver blobs,
            BlobIndex index,
            BlobReader parentReader,
            ReaderPool readers,
            PathPatterns excludes,
            boolean oneFileSystem,
            Tally tally) {
        this.files = files;
        this.nodes = nodes;
        this.blobs = blobs;
        this.index = index;
        this.parentReader = parentReader;
        this.readers = readers;
        this.excludes = excludes;
        this.oneFileSystem = oneFileSystem;
        this.tally = tally;
    }

    /** Walks all targets; the result is the id of the root's tree. */
    CompletableFuture<Sha256> root(TargetTree targets, Optional<Sha256> parentTree)
            throws IOException, InterruptedException {
        List<CompletableFuture<Optional<Node>>> entries = targets.isTarget()
                ? everything(
                        Paths.SEPARATOR, status(Paths.SEPARATOR).map(FileStatus::deviceId), parentNodes(parentTree))
                : leading(targets, Paths.SEPARATOR, parentNodes(parentTree));
        return tree(entries);
    }

    /** The entries of a folder that only leads to targets. */
    private List<CompletableFuture<Optional<Node>>> leading(
            TargetTree at, ByteString folder, Map<ByteString, Node> parent) throws InterruptedException {
        List<CompletableFuture<Optional<Node>>> entries = new ArrayList<>();
        for (Map.Entry<ByteString, TargetTree> below : at.below().entrySet()) {
            ByteString path = Paths.join(folder, below.getKey());
            Optional<Node> old = Optional.ofNullable(parent.get(below.getKey()));
            if (below.getValue().isTarget()) {
                entries.add(entry(below.getKey(), path, old, Optional.empty(), true));
                continue;
            }
            Optional<FileStatus> status = status(path);
            if (status.isPresent()) {
                List<CompletableFuture<Optional<Node>>> entriesBelow =
                        leading(below.getValue(), path, parentNodes(old.flatMap(Node::subtree)));
                entries.add(folder(below.getKey(), path, status.get(), old, entriesBelow));
            }
        }
        return entries;
    }

    private CompletableFuture<Optional<Node>> entry(
            ByteString name, ByteString path, Optional<Node> old, Optional<Long> device, boolean explicit)
            throws InterruptedException {
        if (!explicit && !excludes.isEmpty() && excludes.matches(path.toString())) {
            return nothing();
        }
        Optional<FileStatus> found = status(path);
        if (found.isEmpty()) {
            if (explicit) {
                tally.problem(path, new NoSuchFileException(path.toString(), null, "there is no such file"));
            }
            return nothing();
        }
        FileStatus status = found.get();
        boolean foreign = oneFileSystem && device.isPresent() && device.get() != status.deviceId();
        try {
            return switch (status.type()) {
                case FILE -> foreign ? nothing() : file(name, path, status, old);
                case DIR -> {
                    // The place where another file system hangs is kept, what is in it is not.
                    Map<ByteString, Node> oldNodes = parentNodes(old.flatMap(Node::subtree));
                    yield folder(
                            name,
                            path,
                            status,
                            old,
                            foreign
                                    ? List.of()
                                    : everything(
                                            path,
                                            device.isPresent() ? device : Optional.of(status.deviceId()),
                                            oldNodes));
                }
                case SYMLINK, DEV, CHARDEV, FIFO ->
                    CompletableFuture.completedFuture(Optional.of(nodes.make(name, path, status)));
                case SOCKET -> nothing();
                case IRREGULAR ->
                    throw new BackstayException(ErrorCode.INVALID_REQUEST, "files of this type are not backed up");
            };
        } catch (NoSuchFileException e) {
            // Gone since its folder was read, as files go.
            return nothing();
        } catch (IOException | BackstayException | UnsupportedOperationException e) {
            tally.problem(path, e);
            return nothing();
        }
    }

    /** All entries of a folder. */
    private List<CompletableFuture<Optional<Node>>> everything(
            ByteString folder, Optional<Long> device, Map<ByteString, Node> parent)
            throws IOException, InterruptedException {
        List<CompletableFuture<Optional<Node>>> entries = new ArrayList<>();
        for (ByteString name : files.names(folder)) {
            entries.add(entry(name, Paths.join(folder, name), Optional.ofNullable(parent.get(name)), device, false));
        }
        return entries;
    }

    private CompletableFuture<Optional<Node>> folder(
            ByteString name,
            ByteString path,
            FileStatus status,
            Optional<Node> old,
            List<CompletableFuture<Optional<Node>>> entries) {
        return tree(entries).thenApply(tree -> {
            try {
                Node node = nodes.make(name, path, status).withSubtree(tree);
                boolean same = old.flatMap(Node::subtree).equals(Optional.of(tree));
                tally.folder(
                        old.isEmpty() || old.get().type() != NodeType.DIR
                                ? Tally.Change.NEW
                                : same ? Tally.Change.UNMODIFIED : Tally.Change.CHANGED);
                return Optional.of(node);
            } catch (IOException e) {
                tally.problem(path, e);
                return Optional.empty();
            }
        });
    }

    private CompletableFuture<Sha256> tree(List<CompletableFuture<Optional<Node>>> entries) {
        return CompletableFuture.allOf(entries.toArray(CompletableFuture<?>[]::new))
                .thenApplyAsync(
                        done -> {
                            TreeJson tree = new TreeJson();
                            for (CompletableFuture<Optional<Node>> entry : entries) {
                                Optional<Node> node = entry.join();
                                node.ifPresent(tree::add);
                            }
                            byte[] bytes = tree.bytes();
                            SavedBlob saved = blobs.saveHere(BlobType.TREE, bytes, bytes.length);
                            tally.blob(BlobType.TREE, saved, bytes.length);
                            return saved.id();
                        },
                        blobs.workers());
    }

    private CompletableFuture<Optional<Node>> file(
            ByteString name, ByteString path, FileStatus status, Optional<Node> old)
            throws IOException, InterruptedException {
        if (old.isPresent() && isUnchanged(status, old.get())) {
            if (allThere(old.get())) {
                Node node = nodes.make(name, path, status);
                tally.file(Tally.Change.UNMODIFIED, node.size());
                return CompletableFuture.completedFuture(
                        Optional.of(node.withContent(old.get().content().orElse(List.of()), node.size())));
            }
            tally.problem(
                    path,
                    new BackstayException(
                            ErrorCode.REPOSITORY_DAMAGED, "parts of it are in no index any more; it is stored again"));
        }
        Tally.Change change = old.isPresent() ? Tally.Change.CHANGED : Tally.Change.NEW;
        return readers.submit(saver -> read(saver, name, path, change));
    }

    private CompletableFuture<Optional<Node>> read(
            FileSaver saver, ByteString name, ByteString path, Tally.Change change) throws InterruptedException {
        try (FileReader reader = files.open(path)) {
            FileStatus status = reader.status();
            if (status.type() != NodeType.FILE) {
                throw new BackstayException(ErrorCode.CONFLICT, "it is no file any more");
            }
            Node node = nodes.make(name, path, status);
            return saver.save(reader::read, status.sizeBytes()).thenApply(content -> {
                tally.file(change, content.sizeBytes());
                return Optional.of(node.withContent(content.parts(), content.sizeBytes()));
            });
        } catch (IOException | BackstayException e) {
            tally.problem(path, e);
            return nothing();
        }
    }

    private static boolean isUnchanged(FileStatus status, Node old) {
        return old.type() == NodeType.FILE
                && old.size() == status.sizeBytes()
                && old.inode() == status.inode()
                && old.times().modified().toInstant().equals(status.modified())
                && old.times().changed().toInstant().equals(status.changed());
    }

    private boolean allThere(Node old) {
        for (Sha256 part : old.content().orElse(List.of())) {
            if (!index.contains(BlobType.DATA, part)) {
                return false;
            }
        }
        return true;
    }

    private Map<ByteString, Node> parentNodes(Optional<Sha256> tree) {
        if (tree.isEmpty()) {
            return Map.of();
        }
        try {
            Map<ByteString, Node> byName = new HashMap<>();
            parentReader.tree(tree.get()).forEach(node -> byName.put(node.name(), node));
            return byName;
        } catch (IOException | BackstayException e) {
            tally.problem(ByteString.utf8("tree " + tree.get() + " of the parent snapshot"), e);
            return Map.of();
        }
    }

    private Optional<FileStatus> status(ByteString path) {
        try {
            return Optional.of(files.status(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            tally.problem(path, e);
            return Optional.empty();
        }
    }

    private static CompletableFuture<Optional<Node>> nothing() {
        return CompletableFuture.completedFuture(Optional.empty());
    }
}
