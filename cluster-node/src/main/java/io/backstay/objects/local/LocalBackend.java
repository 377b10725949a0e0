package io.backstay.objects.local;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.Backend;
import io.backstay.objects.ListedObject;
import io.backstay.objects.MediumFullException;
import io.backstay.objects.MissingObjectException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A {@link Backend} in a folder that stock restic reads and writes as its local backend. Files are read-only for their owner
 * and invisible to others, as restic's are. Safe for use by many threads and processes.
 */
public final class LocalBackend implements Backend {
    private static final int CONNECTIONS = 2;
    private static final int FOLDERS_OF_DATA = 256;
    private static final String FOLDER_MODE = "rwx------";
    private static final String FILE_MODE = "r--------";

    private final LocalLayout layout;

    /** The repository in the folder, which need not exist yet. */
    public LocalBackend(Path root) {
        this.layout = new LocalLayout(root);
    }

    @Override
    public int connections() {
        return CONNECTIONS;
    }

    @Override
    public void create() throws IOException {
        for (ObjectType type : ObjectType.values()) {
            if (type != ObjectType.CONFIG) {
                makeFolder(layout.folder(type));
            }
        }
        for (int first = 0; first < FOLDERS_OF_DATA; first++) {
            makeFolder(layout.dataFolder(first));
        }
    }

    @Override
    public void save(ObjectKey key, ByteBuffer content) throws IOException {
        Path file = layout.file(key);
        Path folder = parent(file);
        if (!Files.isDirectory(folder)) {
            makeFolder(folder);
        }
        Path temporary = folder.resolve(file.getFileName() + "-tmp-" + UUID.randomUUID());
        try {
            write(temporary, content);
            restrict(temporary, FILE_MODE);
            if (key.type() == ObjectType.CONFIG) {
                placeConfig(temporary, file, content);
            } else {
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            force(folder);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public byte[] load(ObjectKey key, int limitBytes) throws IOException {
        try (FileChannel channel = open(key)) {
            long size = channel.size();
            if (size > limitBytes) {
                throw new BackstayException(
                        ErrorCode.TOO_LARGE, "%s has %d bytes, more than %d".formatted(key, size, limitBytes));
            }
            byte[] bytes = new byte[(int) size];
            fill(channel, key, 0, ByteBuffer.wrap(bytes));
            return bytes;
        }
    }

    @Override
    public void load(ObjectKey key, long offset, ByteBuffer into) throws IOException {
        try (FileChannel channel = open(key)) {
            long size = channel.size();
            if (offset < 0 || offset > size - into.remaining()) {
                throw new BackstayException(
                        ErrorCode.RANGE_NOT_SATISFIABLE,
                        "%s has %d bytes, not %d from %d on".formatted(key, size, into.remaining(), offset));
            }
            fill(channel, key, offset, into);
        }
    }

    @Override
    public long size(ObjectKey key) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(layout.file(key), BasicFileAttributes.class);
            if (attributes.isRegularFile()) {
                return attributes.size();
            }
        } catch (NoSuchFileException e) {
            throw missing(key, e);
        }
        throw new MissingObjectException(key);
    }

    @Override
    public List<ListedObject> list(ObjectType type) throws IOException {
        List<ListedObject> found = new ArrayList<>();
        if (type == ObjectType.CONFIG) {
            try {
                found.add(new ListedObject(ObjectKey.config(), size(ObjectKey.config())));
            } catch (MissingObjectException e) {
                return List.of();
            }
        } else if (type == ObjectType.DATA) {
            for (int first = 0; first < FOLDERS_OF_DATA; first++) {
                listFolder(layout.dataFolder(first), type, found);
            }
        } else {
            listFolder(layout.folder(type), type, found);
        }
        return found;
    }

    @Override
    public void remove(ObjectKey key) throws IOException {
        Path file = layout.file(key);
        if (Files.deleteIfExists(file)) {
            force(parent(file));
        }
    }

    @Override
    public String location() {
        return layout.root().toString();
    }

    @Override
    public void close() {}

    private FileChannel open(ObjectKey key) throws IOException {
        try {
            return FileChannel.open(layout.file(key), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw missing(key, e);
        }
    }

    private static MissingObjectException missing(ObjectKey key, NoSuchFileException cause) {
        MissingObjectException missing = new MissingObjectException(key);
        missing.initCause(cause);
        return missing;
    }

    private static void fill(FileChannel channel, ObjectKey key, long offset, ByteBuffer into) throws IOException {
        long position = offset;
        while (into.hasRemaining()) {
            int count = channel.read(into, position);
            if (count < 0) {
                throw new EOFException(key + " became shorter while it was read");
            }
            position += count;
        }
    }

    private void write(Path file, ByteBuffer content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer rest = content.duplicate();
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        } catch (IOException e) {
            if (Files.getFileStore(layout.root()).getUsableSpace() < content.remaining()) {
                throw new MediumFullException("no room left in " + location(), e);
            }
            throw e;
        }
    }

    /** A link is refused where the file is there: unlike a rename it never replaces another process's config. */
    private static void placeConfig(Path temporary, Path file, ByteBuffer content) throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (UnsupportedOperationException e) {
            if (Files.exists(file)) {
                throw new BackstayException(ErrorCode.ALREADY_EXISTS, "another config is there", e);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            if (Files.size(file) != content.remaining()
                    || !ByteBuffer.wrap(Files.readAllBytes(file)).equals(content)) {
                throw new BackstayException(ErrorCode.ALREADY_EXISTS, "another config is there", e);
            }
        }
    }

    private static void listFolder(Path folder, ObjectType type, List<ListedObject> into) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (Sha256.isHex(name)) {
                    add(file, new ObjectKey(type, Sha256.parse(name)), into);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // As restic does: a folder that nothing was put into is an empty one.
            return;
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void add(Path file, ObjectKey key, List<ListedObject> into) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isRegularFile()) {
                into.add(new ListedObject(key, attributes.size()));
            }
        } catch (NoSuchFileException e) {
            // Removed since the folder was read: then it is not listed.
            return;
        }
    }

    private static void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path above = folder.toAbsolutePath().getParent();
        if (above != null && !Files.isDirectory(above)) {
            makeFolder(above);
        }
        try {
            Files.createDirectory(folder);
            restrict(folder, FOLDER_MODE);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        if (above != null) {
            force(above);
        }
    }

    private static void restrict(Path path, String mode) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString(mode));
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalStateException("a repository's file without a folder");
        }
        return parent;
    }
}
