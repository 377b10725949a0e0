package io.backstay.objects.disk;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The sidecars of one repository. Writing is the caller's to serialise a key. A sidecar is only as good as a hint for what
 * has its hash as its name; for {@code config} it is the only witness, so that it is durable, and the one that belongs to
 * the old file stays until the new file is in place.
 */
final class Sidecars {
    private static final System.Logger LOG = System.getLogger(Sidecars.class.getName());

    private final DiskFiles files;
    private final DiskLayout layout;

    Sidecars(DiskFiles files, DiskLayout layout) {
        this.files = files;
        this.layout = layout;
    }

    /** Writes the sidecar of a file that is about to be renamed into place. */
    void prepare(Sidecar sidecar) throws IOException {
        ObjectKey key = sidecar.object().key();
        boolean config = key.type() == ObjectType.CONFIG;
        files.ensureFolder(layout.temporary());
        files.ensureFolder(layout.sidecarFolder(key));
        Path written = layout.temporary().resolve(files.uniqueName());
        files.writeNew(written, sidecar.encode(), config);
        files.place(written, config ? layout.nextSidecar(key) : layout.sidecar(key));
        if (config) {
            files.forceFolder(layout.sidecarFolder(key));
        }
    }

    /** The file of a prepared sidecar is in place. */
    void settle(ObjectKey key) throws IOException {
        if (key.type() == ObjectType.CONFIG) {
            files.operations().rename(layout.nextSidecar(key), layout.sidecar(key));
        }
    }

    /** There is no file, and none comes. */
    void forget(ObjectKey key) throws IOException {
        files.operations().delete(layout.nextSidecar(key));
        files.operations().delete(layout.sidecar(key));
    }

    /** The sidecar of an object of this size; none where it is missing, torn or of another file. */
    Optional<Sidecar> read(ObjectKey key, long sizeBytes) throws IOException {
        return read(layout.sidecar(key), key, sizeBytes);
    }

    /** The sidecar that describes a {@code config} of this size and content. */
    Optional<Sidecar> readConfig(ObjectKey key, long sizeBytes, Sha256 content) throws IOException {
        Optional<Sidecar> next = describing(layout.nextSidecar(key), key, sizeBytes, content);
        return next.isPresent() ? next : describing(layout.sidecar(key), key, sizeBytes, content);
    }

    private Optional<Sidecar> describing(Path file, ObjectKey key, long sizeBytes, Sha256 content) throws IOException {
        return read(file, key, sizeBytes)
                .filter(sidecar -> sidecar.object().sha256().equals(content));
    }

    private Optional<Sidecar> read(Path file, ObjectKey key, long sizeBytes) throws IOException {
        try (FileChannel channel = files.operations().open(file)) {
            int length = Sidecar.lengthFor(sizeBytes);
            if (channel.size() != length) {
                return Optional.empty();
            }
            byte[] bytes = new byte[length];
            files.readFully(channel, bytes, 0, length, 0);
            return Sidecar.decode(bytes, key, sizeBytes);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            if (key.type() == ObjectType.CONFIG) {
                throw e;
            }
            LOG.log(System.Logger.Level.WARNING, "The sidecar {0} cannot be read and counts as lost: {1}", file, e);
            return Optional.empty();
        }
    }
}
