package io.backstay.repository.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.local.LocalBackend;
import io.backstay.repository.IndexLoader;
import io.backstay.repository.Repository;
import io.backstay.repository.StockRestic;
import io.backstay.repository.TestRepositories;
import io.backstay.repository.files.FileAccess;
import io.backstay.repository.files.Paths;
import io.backstay.repository.files.PosixFiles;
import io.backstay.repository.files.Trees;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.restore.Restore;
import io.backstay.repository.restore.RestoreOptions;
import io.backstay.repository.restore.RestoreResult;
import io.backstay.repository.write.SaverSettings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backs up beside stock restic into one repository. */
final class BackupTest {
    private static final String HOST = "machine";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private final PosixFiles files = new PosixFiles();

    @Test
    void writesWhatResticChecksAndRestoresIdentical() throws Exception {
        Trees.makeAll(Paths.of(source()), 3);
        BackupResult result = backup(created(), options());
        assertThat(result.problems()).isEmpty();
        assertThat(result.summary().filesNew()).isEqualTo(41);
        restic().run("check", "--read-data");
        Path target = folder.resolve("target");
        restic().run("restore", "latest", "--target", target.toString());
        ByteString restored = Paths.join(
                Paths.of(target),
                ByteString.of(Paths.of(source()).bytes(), 1, Paths.of(source()).length()));
        assertThat(Trees.describe(restored)).isEqualTo(Trees.describe(Paths.of(source())));
        JsonNode listed =
                new JsonMapper().readTree(restic().run("snapshots", "--json")).get(0);
        assertThat(listed.path("hostname").asText()).isEqualTo(HOST);
        assertThat(listed.path("tags").get(0).asText()).isEqualTo("tag");
        assertThat(listed.path("paths").get(0).asText()).isEqualTo(source().toString());
    }

    @Test
    void restoresWhatItBackedUp() throws Exception {
        Trees.makeAll(Paths.of(source()), 4);
        files.makeLink(Paths.of(source().resolve("no-utf8")), ByteString.of(new byte[] {'/', (byte) 0xff}));
        Repository repository = created();
        BackupResult result = backup(repository, options());
        Path target = folder.resolve("target");
        RestoreResult restored = new Restore(repository, IndexLoader.load(repository), files, RestoreOptions.standard())
                .run(result.snapshot().tree(), Paths.of(target));
        assertThat(restored.problems()).isEmpty();
        assertThat(Trees.describe(Paths.join(
                        Paths.of(target),
                        ByteString.of(
                                Paths.of(source()).bytes(),
                                1,
                                Paths.of(source()).length()))))
                .isEqualTo(Trees.describe(Paths.of(source())));
    }

    @Test
    void addsNothingToWhatResticHasBackedUp() throws Exception {
        Trees.makeAll(Paths.of(source()), 5);
        restic().run("init");
        restic().run("backup", source().toString());
        BackupResult result = backup(opened(), options());
        assertThat(result.problems()).isEmpty();
        assertThat(result.summary().dataBlobs()).isZero();
        // The folders above may have changed meanwhile; below, every tree is the same.
        assertThat(result.summary().treeBlobs()).isLessThanOrEqualTo(above());
        restic().run("check", "--read-data");
    }

    @Test
    void resticAddsNothingToWhatItHasBackedUp() throws Exception {
        Trees.makeAll(Paths.of(source()), 6);
        assertThat(backup(created(), options()).problems()).isEmpty();
        String output = restic().run("backup", "--json", "--force", source().toString());
        JsonNode summary = new JsonMapper()
                .readTree(output.lines()
                        .filter(line -> line.contains("\"summary\""))
                        .findFirst()
                        .orElseThrow());
        assertThat(summary.path("data_blobs").asInt(-1)).as(output).isZero();
        assertThat(summary.path("tree_blobs").asInt(-1)).as(output).isBetween(0, above());
    }

    @Test
    void readsNoFileAgainThatHasNotChanged() throws Exception {
        Trees.makeAll(Paths.of(source()), 7);
        Repository repository = created();
        Sha256 first = backup(repository, options()).id().orElseThrow();
        FileAccess unreadable = failingAt("open", path -> true, new AccessDeniedException("read again"));
        BackupResult second = backup(repository, unreadable, options(Optional.of(first)));
        assertThat(second.problems()).isEmpty();
        assertThat(second.summary().filesUnmodified()).isEqualTo(41);
        assertThat(second.summary().dataBlobs()).isZero();
        assertThat(second.summary().treeBlobs()).isLessThanOrEqualTo(above());
        assertThat(Backup.findParent(repository, HOST, List.of(Paths.of(source()))))
                .isEqualTo(second.id());
        Files.writeString(source().resolve("small"), "changed");
        BackupResult third = backup(repository, options(second.id()));
        assertThat(third.summary().filesChanged()).isEqualTo(1);
        assertThat(third.summary().dataBlobs()).isEqualTo(1);
    }

    @Test
    void readsAgainWhatIsMissingInTheIndex() throws Exception {
        Trees.makeAll(Paths.of(source()), 8);
        Repository repository = created();
        Sha256 first = backup(repository, options()).id().orElseThrow();
        for (var index : repository.backend().list(ObjectType.INDEX)) {
            repository.backend().remove(index.key());
        }
        BackupResult second = backup(repository, options(Optional.of(first)));
        assertThat(second.summary().dataBlobs()).isGreaterThan(30);
        restic().run("check", "--read-data");
    }

    @Test
    void reportsWhatCannotBeReadAndGoesOn() throws Exception {
        Trees.makeAll(Paths.of(source()), 9);
        FileAccess unreadable = failingAt(
                "open", path -> path.endsWith("/small") || path.endsWith("/file-3"), new AccessDeniedException("no"));
        BackupResult result = backup(created(), unreadable, options());
        assertThat(result.problems()).hasSize(2);
        assertThat(result.isComplete()).isFalse();
        assertThat(result.summary().filesNew()).isEqualTo(39);
        restic().run("check", "--read-data");
    }

    @Test
    void leavesOutAFolderThatCannotBeListed() throws Exception {
        Trees.makeAll(Paths.of(source()), 10);
        FileAccess unreadable = failingAt("names", path -> path.endsWith("/folder"), new AccessDeniedException("no"));
        BackupResult result = backup(created(), unreadable, options());
        assertThat(result.problems()).hasSize(1);
        assertThat(restic().run("ls", "latest")).doesNotContain("/folder").contains("/large");
    }

    @Test
    void storesNoSnapshotWhereStorageFails() throws Exception {
        Trees.makeAll(Paths.of(source()), 11);
        created().close();
        LocalBackend failing = new LocalBackend(folder.resolve("repository"));
        Repository repository = Repository.open(new FullBackend(failing), StockRestic.password());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> backup(repository, options()))
                .withMessageContaining("no room");
        assertThat(failing.list(ObjectType.SNAPSHOTS)).isEmpty();
        restic().run("check");
    }

    @Test
    void storesNothingInARehearsal() throws Exception {
        Trees.makeAll(Paths.of(source()), 12);
        Repository repository = created();
        BackupOptions rehearsal =
                options(Optional.empty(), List.of(), settings().rehearsed());
        BackupResult result = backup(repository, rehearsal);
        assertThat(result.id()).isEmpty();
        assertThat(result.summary().dataAdded()).isGreaterThan(9_000_000);
        assertThat(repository.backend().list(ObjectType.DATA)).isEmpty();
        assertThat(repository.backend().list(ObjectType.INDEX)).isEmpty();
    }

    @Test
    void refusesToBackUpNothing() throws Exception {
        Repository repository = created();
        assertThatExceptionOfType(BackstayException.class)
                .isThrownBy(() -> backup(repository, options()))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_FOUND));
        assertThat(repository.backend().list(ObjectType.SNAPSHOTS)).isEmpty();
    }

    @Test
    void cutsLargeFilesWhereResticDoes() throws Exception {
        Files.createDirectory(source());
        byte[] content = new byte[40 << 20];
        new Random(13).nextBytes(content);
        java.util.Arrays.fill(content, 5 << 20, 20 << 20, (byte) 'x');
        Files.write(source().resolve("a"), content);
        restic().run("init");
        restic().run("backup", source().toString());
        BackupResult result = backup(opened(), options());
        assertThat(result.summary().dataBlobs()).isZero();
        assertThat(result.summary().totalBytesProcessed()).isEqualTo(content.length);
    }

    /** Both programs leave out the same, for patterns that use all of the rules. */
    @Test
    void excludesWhatResticExcludes() throws Exception {
        for (String file : List.of(
                "a/b/c.txt",
                "a/b/d.log",
                "a/e/c.txt",
                "b/a/x",
                "b/[x]/y",
                "cache/1",
                "a/cache/2",
                "z.tmp",
                "é.tmp",
                "*")) {
            Path path = source().resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file);
        }
        created().close();
        String root = source().toString();
        for (List<String> patterns : List.of(
                List.of("*.txt"),
                List.of("a/b"),
                List.of("cache", "!a/cache"),
                List.of(root + "/**/c.txt"),
                List.of(root + "/*/cache"),
                List.of("/a"),
                List.of("**/b/**"),
                List.of("?.tmp"),
                List.of("[a-c]/[^b]"),
                List.of("\\[x\\]", "\\*"),
                List.of("b", "!b", "*.log"),
                List.of(root + "/a//b/../e/"))) {
            List<String> command = new java.util.ArrayList<>(List.of("backup", "--host", HOST, "--force"));
            patterns.forEach(pattern -> command.addAll(List.of("--exclude", pattern)));
            command.add(root);
            restic().run(command.toArray(String[]::new));
            String expected =
                    restic().run("ls", "latest").lines().skip(1).toList().toString();
            BackupResult result = backup(opened(), options(Optional.empty(), patterns, settings()));
            String id = result.id().orElseThrow().toString();
            assertThat(restic().run("ls", id).lines().skip(1).toList().toString())
                    .as("%s", patterns)
                    .isEqualTo(expected);
        }
    }

    /** Trees of the folders that lead to the source. */
    private int above() {
        return source().getNameCount();
    }

    private Path source() {
        return folder.resolve("source");
    }

    private StockRestic restic() {
        return new StockRestic(folder.resolve("repository"), folder.resolve("cache"));
    }

    /** A repository of our own making. */
    private Repository created() throws IOException {
        return TestRepositories.create(new LocalBackend(folder.resolve("repository")));
    }

    private Repository opened() throws IOException {
        return Repository.open(new LocalBackend(folder.resolve("repository")), StockRestic.password());
    }

    private BackupResult backup(Repository repository, BackupOptions options) throws Exception {
        return backup(repository, files, options);
    }

    private static BackupResult backup(Repository repository, FileAccess files, BackupOptions options)
            throws IOException, InterruptedException {
        return new Backup(repository, IndexLoader.load(repository), files, Clock.system(ZoneId.systemDefault()))
                .run(options);
    }

    private BackupOptions options() {
        return options(Optional.empty());
    }

    private BackupOptions options(Optional<Sha256> parent) {
        return options(parent, List.of(), settings());
    }

    private BackupOptions options(Optional<Sha256> parent, List<String> excludes, SaverSettings settings) {
        return new BackupOptions(
                List.of(Paths.of(source())),
                HOST,
                "someone",
                List.of("tag"),
                excludes,
                false,
                parent,
                OffsetDateTime.now(Clock.system(ZoneId.systemDefault())),
                "backstay",
                settings,
                2);
    }

    /** Small packs, so that several are written. */
    private static SaverSettings settings() {
        return new SaverSettings(io.backstay.repository.compression.Level.DEFAULT, 4 << 20, 2, 2, false);
    }

    /** Whether a path is meant. */
    private interface Where {
        boolean is(String path);
    }

    /** The real files, but that one operation fails at some paths. */
    private FileAccess failingAt(String operation, Where where, IOException failure) {
        return (FileAccess) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {FileAccess.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals(operation) && where.is(String.valueOf(arguments[0]))) {
                        throw failure;
                    }
                    try {
                        return method.invoke(files, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** A backend that takes no packs. */
    private record FullBackend(LocalBackend real) implements io.backstay.objects.Backend {
        @Override
        public int connections() {
            return real.connections();
        }

        @Override
        public void create() throws IOException {
            real.create();
        }

        @Override
        public void save(ObjectKey key, ByteBuffer content) throws IOException {
            if (key.type() == ObjectType.DATA) {
                throw new io.backstay.objects.MediumFullException("no room");
            }
            real.save(key, content);
        }

        @Override
        public byte[] load(ObjectKey key, int limitBytes) throws IOException {
            return real.load(key, limitBytes);
        }

        @Override
        public void load(ObjectKey key, long offset, ByteBuffer into) throws IOException {
            real.load(key, offset, into);
        }

        @Override
        public long size(ObjectKey key) throws IOException {
            return real.size(key);
        }

        @Override
        public List<io.backstay.objects.ListedObject> list(ObjectType type) throws IOException {
            return real.list(type);
        }

        @Override
        public void remove(ObjectKey key) throws IOException {
            real.remove(key);
        }

        @Override
        public String location() {
            return real.location();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
