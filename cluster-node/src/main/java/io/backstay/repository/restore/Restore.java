package io.backstay.repository.restore;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import io.backstay.repository.BlobReader;
import io.backstay.repository.Repository;
import io.backstay.repository.files.FileAccess;
import io.backstay.repository.files.FileStatus;
import io.backstay.repository.files.FileWriter;
import io.backstay.repository.files.Paths;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.index.BlobPlace;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.tree.Node;
import io.backstay.repository.tree.NodeType;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Restores a tree into a folder: {@link #run} does it once. A damaged blob costs the files that it is part of, a name that is
 * none or leads elsewhere costs its entry; all that is reported in the result, and the rest is restored.
 */
public final class Restore {
    private final Repository repository;
    private final BlobIndex index;
    private final FileAccess files;
    private final RestoreOptions options;
    private final Course course = new Course();
    private final Attributes attributes;
    private final FileContents contents;
    private final String temporaryPrefix = ".backstay-" + UUID.randomUUID() + "-";
    private final Map<LinkKey, ByteString> firstOfLinks = new HashMap<>();
    private final List<Late> hardLinks = new ArrayList<>();
    private final List<Late> folders = new ArrayList<>();
    private final List<Late> written = new ArrayList<>();
    private int temporaries;

    /** What makes two nodes the same file. */
    private record LinkKey(long inode, long deviceId) {}

    /** Something to be done at a path when the files' contents are there. */
    private record Late(ByteString path, Node node) {}

    /** Prepares a restore. */
    public Restore(Repository repository, BlobIndex index, FileAccess files, RestoreOptions options) {
        this.repository = repository;
        this.index = index;
        this.files = files;
        this.options = options;
        this.attributes = new Attributes(files, course);
        this.contents = new FileContents(repository, index, files, options, course, this::finish);
    }

    /**
     * Restores the entries of a tree into a folder, which is made where it is missing.
     *
     * @throws BackstayException with {@code REPOSITORY_DAMAGED} where the tree itself cannot be read
     */
    public RestoreResult run(Sha256 tree, ByteString target) throws IOException, InterruptedException {
        try (BlobReader reader = new BlobReader(repository, index)) {
            List<Node> nodes = reader.tree(tree);
            if (!options.dryRun()) {
                ensureTarget(target);
            }
            walk(reader, nodes, target, ByteString.EMPTY);
        }
        contents.write();
        for (Late link : hardLinks) {
            hardLink(link);
        }
        for (Late folder : folders.reversed()) {
            attributes.apply(folder.node(), folder.path(), folder.path());
        }
        if (options.verify()) {
            new Verification(index, files, course).verify(verifiable());
        }
        return course.result();
    }

    private Map<ByteString, Node> verifiable() {
        Map<ByteString, Node> nodes = new HashMap<>();
        synchronized (written) {
            written.forEach(late -> nodes.put(late.path(), late.node()));
        }
        return nodes;
    }

    private void walk(BlobReader reader, List<Node> nodes, ByteString target, ByteString inSnapshot) {
        for (Node node : nodes) {
            ByteString path = Paths.join(target, node.name());
            if (!Paths.isName(node.name())) {
                course.problem(
                        target,
                        new BackstayException(
                                ErrorCode.INVALID_NAME, "an entry's name is none: \"%s\"".formatted(node.name())));
                continue;
            }
            ByteString snapshotPath = inSnapshot.plus(Paths.SEPARATOR).plus(node.name());
            Selection.Choice choice = options.selection().choose(snapshotPath, node.type() == NodeType.DIR);
            try {
                if (node.type() == NodeType.DIR) {
                    folder(reader, node, path, snapshotPath, choice);
                } else if (choice.itself()) {
                    entry(node, path);
                }
            } catch (IOException | BackstayException | UnsupportedOperationException e) {
                course.problem(path, e);
            }
        }
    }

    private void folder(BlobReader reader, Node node, ByteString path, ByteString snapshotPath, Selection.Choice choice)
            throws IOException {
        if (!choice.itself() && !choice.below()) {
            return;
        }
        Sha256 subtree = node.subtree()
                .orElseThrow(() -> new BackstayException(ErrorCode.REPOSITORY_DAMAGED, "a folder has no tree"));
        List<Node> below = reader.tree(subtree);
        if (!options.dryRun()) {
            ensureFolder(path);
        }
        if (choice.itself()) {
            course.other();
            if (!options.dryRun()) {
                folders.add(new Late(path, node));
            }
        }
        walk(reader, below, path, snapshotPath);
    }

    /** The folder to restore into may be a link: it is what the caller named. */
    private void ensureTarget(ByteString target) throws IOException {
        try {
            files.status(target);
        } catch (NoSuchFileException e) {
            int slash = -1;
            for (int at = target.indexOf((byte) '/', 0); at >= 0; at = target.indexOf((byte) '/', at + 1)) {
                slash = at;
            }
            if (slash > 0) {
                ensureTarget(ByteString.of(target.bytes(), 0, slash));
            }
            files.makeFolder(target);
        }
    }

    /** Below the target nothing but a real folder will do: a link that was there could lead anywhere. */
    private void ensureFolder(ByteString path) throws IOException {
        Optional<FileStatus> there = status(path);
        if (there.isPresent() && there.get().type() == NodeType.DIR) {
            return;
        }
        if (there.isPresent()) {
            if (options.overwrite() == Overwrite.NEVER) {
                throw new BackstayException(ErrorCode.ALREADY_EXISTS, "there is something that is no folder");
            }
            files.delete(path);
        }
        files.makeFolder(path);
    }

    private void entry(Node node, ByteString path) throws IOException {
        if (!mayReplace(node, path)) {
            course.skip();
            return;
        }
        switch (node.type()) {
            case FILE -> file(node, path);
            case SYMLINK, DEV, CHARDEV, FIFO -> other(node, path);
            case SOCKET -> course.skip();
            case IRREGULAR, DIR ->
                throw new BackstayException(ErrorCode.INVALID_REQUEST, "files of this type are not restored");
        }
    }

    private boolean mayReplace(Node node, ByteString path) throws IOException {
        Optional<FileStatus> there = status(path);
        if (there.isEmpty()) {
            return true;
        }
        if (there.get().type() == NodeType.DIR) {
            throw new BackstayException(ErrorCode.ALREADY_EXISTS, "there is a folder of this name");
        }
        Instant modified = node.times().modified().toInstant();
        return switch (options.overwrite()) {
            case ALWAYS -> true;
            case IF_CHANGED ->
                there.get().type() != node.type()
                        || !there.get().modified().equals(modified)
                        || there.get().sizeBytes() != node.size();
            case IF_NEWER -> modified.isAfter(there.get().modified());
            case NEVER -> false;
        };
    }

    private void file(Node node, ByteString path) throws IOException {
        if (node.links() > 1 && node.inode() != 0) {
            ByteString first = firstOfLinks.putIfAbsent(new LinkKey(node.inode(), node.deviceId()), path);
            if (first != null) {
                hardLinks.add(new Late(path, node));
                return;
            }
        }
        List<BlobPlace> parts = FileContents.parts(index, node);
        long length = parts.stream()
                .mapToLong(part -> FileContents.plainLength(part.blob()))
                .sum();
        if (length != node.size()) {
            throw new BackstayException(
                    ErrorCode.REPOSITORY_DAMAGED,
                    "its parts have %d bytes where %d are noted".formatted(length, node.size()));
        }
        if (options.dryRun()) {
            course.file(length);
            return;
        }
        FileTarget target = new FileTarget(path, temporary(path), node, Math.max(1, parts.size()));
        try (FileWriter writer = files.create(target.temporary())) {
            writer.truncate(length);
        }
        if (parts.isEmpty()) {
            finish(target);
        } else {
            contents.add(target, parts);
        }
    }

    /** Called when a file has all its parts, or as many as it will get. */
    private void finish(FileTarget target) {
        try {
            if (target.hasFailed()) {
                files.delete(target.temporary());
                return;
            }
            attributes.apply(target.node(), target.temporary(), target.path());
            files.rename(target.temporary(), target.path());
            course.file(target.node().size());
            if (options.verify()) {
                synchronized (written) {
                    written.add(new Late(target.path(), target.node()));
                }
            }
        } catch (IOException e) {
            course.problem(target.path(), e);
        }
    }

    private void other(Node node, ByteString path) throws IOException {
        course.other();
        if (options.dryRun()) {
            return;
        }
        ByteString temporary = temporary(path);
        if (node.type() == NodeType.SYMLINK) {
            files.makeLink(temporary, node.linkTarget());
        } else {
            files.makeSpecial(temporary, node.type(), node.device());
        }
        attributes.apply(node, temporary, path);
        files.rename(temporary, path);
    }

    private void hardLink(Late link) {
        ByteString first = firstOfLinks.getOrDefault(
                new LinkKey(link.node().inode(), link.node().deviceId()), ByteString.EMPTY);
        try {
            if (!options.dryRun()) {
                ByteString temporary = temporary(link.path());
                files.makeHardLink(temporary, first);
                files.rename(temporary, link.path());
                // Where both were names of one file already, renaming does nothing.
                if (status(temporary).isPresent()) {
                    files.delete(temporary);
                }
            }
            course.file(0);
        } catch (IOException e) {
            course.problem(link.path(), e);
        }
    }

    private Optional<FileStatus> status(ByteString path) throws IOException {
        try {
            return Optional.of(files.status(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** A name in the same folder that nothing else has. */
    private ByteString temporary(ByteString path) {
        int slash = 0;
        for (int at = path.indexOf((byte) '/', 0); at >= 0; at = path.indexOf((byte) '/', at + 1)) {
            slash = at;
        }
        return ByteString.of(path.bytes(), 0, slash + 1).plus(ByteString.utf8(temporaryPrefix + temporaries++));
    }
}
