package io.backstay.manager.mirror;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.backstay.cluster.files.DurableFile;
import io.backstay.cluster.view.ViewId;
import io.backstay.manager.journal.StateFormat;
import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import io.backstay.model.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A mirror in a folder: {@code manager-state.json}, {@code {"cluster", "generation", "revision", "chain", "mac", "state"}},
 * replaced whole. A lock file keeps two processes apart.
 */
public final class FolderStateMirror implements StateMirror {
    private static final String FILE = "manager-state.json";
    private static final String LOCK = "manager-state.lock";
    private static final int MAX_BYTES = 2 * StateFormat.MAX_BYTES;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(StateFormat.MAX_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private final Path folder;

    private record Content(String cluster, long generation, long revision, String chain, String mac, String state) {}

    /** The mirror in a folder, which is made where it is missing. */
    public FolderStateMirror(Path folder) {
        this.folder = folder;
    }

    @Override
    public synchronized Outcome write(MirrorCopy copy) throws IOException {
        DurableFile.createFolder(folder);
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!lock.isValid()) {
                throw new IOException("the lock on %s is not held".formatted(folder));
            }
            Optional<ViewId> there = read().map(MirrorCopy::id);
            if (there.isPresent()) {
                ViewId old = there.get();
                if (!old.cluster().equals(copy.id().cluster())) {
                    return Outcome.FOREIGN;
                }
                if (old.generation() == copy.id().generation()
                        && old.revision() == copy.id().revision()
                        && !old.chain().equals(copy.id().chain())) {
                    return Outcome.FORKED;
                }
                if (!copy.id().newerThan(old)) {
                    return Outcome.NOT_NEWER;
                }
            }
            ViewId id = copy.id();
            DurableFile.writeSecret(
                    folder.resolve(FILE),
                    JSON.writeValueAsBytes(new Content(
                            id.cluster().toString(),
                            id.generation(),
                            id.revision(),
                            id.chain().toString(),
                            copy.mac().toString(),
                            copy.state())));
            return Outcome.STORED;
        }
    }

    @Override
    public Optional<MirrorCopy> read() throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Content content = JSON.readValue(
                    new String(DurableFile.read(file, MAX_BYTES), StandardCharsets.UTF_8), Content.class);
            ViewId id = new ViewId(
                    ClusterId.parse(content.cluster()),
                    content.generation(),
                    content.revision(),
                    Sha256.parse(content.chain()));
            return Optional.of(new MirrorCopy(id, content.state(), Sha256.parse(content.mac())));
        } catch (BackstayException | JacksonException e) {
            throw new IOException(file + " holds something else", e);
        }
    }

    @Override
    public String describe() {
        return folder.toString();
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
