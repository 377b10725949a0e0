package io.backstay.repository.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import io.backstay.objects.memory.MemoryBackend;
import io.backstay.repository.BlobCodec;
import io.backstay.repository.IndexLoader;
import io.backstay.repository.Repository;
import io.backstay.repository.TestRepositories;
import io.backstay.repository.compression.BrokenCompressionException;
import io.backstay.repository.compression.Compressor;
import io.backstay.repository.compression.Level;
import io.backstay.repository.files.Paths;
import io.backstay.repository.files.PosixFiles;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackedBlob;
import io.backstay.repository.tree.GoMode;
import io.backstay.repository.tree.Node;
import io.backstay.repository.tree.NodeType;
import io.backstay.repository.tree.TreeJson;
import io.backstay.repository.write.BlobSaver;
import io.backstay.repository.write.SaverSettings;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories from someone who has the key and means harm. */
final class HostileRepositoryTest {
    private static final Sha256 NONE = new Sha256(1, 2, 3, 4);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void writesNothingOutsideOfTheTargetWhateverTheNames() throws Exception {
        Repository repository = TestRepositories.create(new MemoryBackend());
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Sha256 root;
        try (BlobSaver saver = saver(repository)) {
            Sha256 inner = save(saver, file("inner"));
            root = save(
                    saver,
                    file("."),
                    directory("..", inner),
                    file("../outside/a"),
                    file(outside + "/b"),
                    file("c\0d"),
                    file("fine"),
                    directory("folder/../../outside", inner));
            saver.finish();
        }
        Path target = folder.resolve("target");
        RestoreResult result = restore(repository, root, target);
        assertThat(result.problems()).hasSize(6);
        assertThat(result.problems())
                .allSatisfy(problem ->
                        assertThat(((BackstayException) problem.cause()).code()).isEqualTo(ErrorCode.INVALID_NAME));
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all).containsExactlyInAnyOrder(folder, outside, target, target.resolve("fine"));
        }
    }

    @Test
    void goesThroughNoLinkThatASnapshotBrought() throws Exception {
        Repository repository = TestRepositories.create(new MemoryBackend());
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Sha256 first;
        Sha256 second;
        try (BlobSaver saver = saver(repository)) {
            first = save(saver, link("way", outside.toString()));
            second = save(saver, directory("way", save(saver, file("inner"))));
            saver.finish();
        }
        Path target = folder.resolve("target");
        assertThat(restore(repository, first, target).problems()).isEmpty();
        assertThat(Files.isSymbolicLink(target.resolve("way"))).isTrue();
        assertThat(restore(repository, second, target).problems()).isEmpty();
        assertThat(Files.isDirectory(target.resolve("way"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
        try (Stream<Path> all = Files.list(outside)) {
            assertThat(all).isEmpty();
        }
    }

    @Test
    void refusesABombBeforeItGoesOff() throws Exception {
        Repository repository = TestRepositories.create(new MemoryBackend());
        byte[] zeros = new byte[200 << 20];
        byte[] bomb = new byte[Compressor.boundBytes(zeros.length)];
        int length;
        try (Compressor compressor = new Compressor(Level.FASTEST)) {
            length = compressor.compress(zeros, 0, zeros.length, bomb, 1);
        }
        bomb[0] = 2;
        byte[] frame = java.util.Arrays.copyOfRange(bomb, 1, 1 + length);
        byte[] sealed = repository.key().sealer().seal(frame);
        try (BlobCodec codec = repository.codec(Level.DEFAULT)) {
            for (long claimed : new long[] {1, 1_000_000, zeros.length, 1L << 31, PackedBlob.MAXIMUM}) {
                PackedBlob blob = new PackedBlob(BlobType.DATA, NONE, 0, sealed.length, claimed);
                assertThatExceptionOfType(BackstayException.class)
                        .isThrownBy(() -> codec.open(blob, sealed.clone(), 0))
                        .withMessageContaining(NONE.toString())
                        .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.REPOSITORY_DAMAGED));
            }
            byte[] file = repository.key().sealer().seal(java.util.Arrays.copyOf(bomb, 1 + length));
            assertThatExceptionOfType(BrokenCompressionException.class).isThrownBy(() -> codec.openFile(file));
        }
    }

    private static BlobSaver saver(Repository repository) {
        return new BlobSaver(repository, new BlobIndex(), SaverSettings.standard(2));
    }

    private RestoreResult restore(Repository repository, Sha256 tree, Path target) throws Exception {
        return new Restore(repository, IndexLoader.load(repository), new PosixFiles(), RestoreOptions.standard())
                .run(tree, Paths.of(target));
    }

    private static Sha256 save(BlobSaver saver, Node... nodes) {
        List<Node> inOrder = Stream.of(nodes)
                .sorted(java.util.Comparator.comparing(Node::name))
                .toList();
        byte[] bytes = TreeJson.write(inOrder);
        return saver.saveHere(BlobType.TREE, bytes, bytes.length).id();
    }

    private static Node file(String name) {
        return node(name, NodeType.FILE, "").withContent(List.of(), 0);
    }

    private static Node directory(String name, Sha256 tree) {
        return node(name, NodeType.DIR, "").withSubtree(tree);
    }

    private static Node link(String name, String target) {
        return node(name, NodeType.SYMLINK, target);
    }

    private static Node node(String name, NodeType type, String linkTarget) {
        OffsetDateTime time = OffsetDateTime.parse("2026-01-02T03:04:05Z");
        int[] user = new PosixFiles().currentUser().orElseThrow();
        return new Node(
                ByteString.utf8(name),
                type,
                GoMode.of(type, 0755),
                new Node.Times(time, time, time),
                new Node.Owner(user[0], user[1], "", ""),
                0,
                0,
                0,
                0,
                ByteString.utf8(linkTarget),
                List.of(),
                Map.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                "");
    }
}
