package io.backstay.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.ListedObject;
import io.backstay.repository.compression.BrokenCompressionException;
import io.backstay.repository.compression.Level;
import io.backstay.repository.config.RepositoryConfig;
import io.backstay.repository.crypto.BrokenSealException;
import io.backstay.repository.filter.PathPatterns;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.index.IndexFile;
import io.backstay.repository.json.MalformedJsonException;
import io.backstay.repository.key.KeyFile;
import io.backstay.repository.lock.LockFile;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.BrokenPackException;
import io.backstay.repository.pack.PackHeader;
import io.backstay.repository.snapshot.Snapshot;
import io.backstay.repository.tree.TreeJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Gives each parser what stock restic wrote, with random damage, sealed anew where the format seals it: as from someone who has
 * the key. A parser reads it or refuses it with its own exception; nothing else may come out. More rounds with
 * {@code -Dfuzz.rounds=…}, another seed with {@code -Dfuzz.seed=…}; an input that once failed goes into {@link #CORPUS}.
 */
final class FormatFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 2_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final String GOLDEN = "v2-restic-0.19";

    /** Inputs, in base 64, that every parser gets beside the random ones. */
    private static final List<String> CORPUS = List.of(
            "",
            base64("{"),
            base64("{}"),
            base64("[]"),
            base64("null"),
            base64("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"size\":18446744073709551615}]}"),
            base64("{\"nodes\":[{\"name\":\"\\\\x2\",\"type\":\"file\"}]}"),
            base64("{\"packs\":[{\"id\":\"\",\"blobs\":[{}]}]}"),
            base64("{\"packs\":[{\"blobs\":[{\"offset\":1e400}]}]}"),
            base64("{\"packs\":" + "[".repeat(2_000)),
            base64("{\"time\":\"-999999999-01-01T00:00:00+18:00\",\"tree\":7}"));

    /** Something that reads bytes. */
    private interface Parser {
        void parse(byte[] input) throws Exception;
    }

    @TestFactory
    Stream<DynamicTest> readsOrRefuses() throws Exception {
        Repository repository = Golden.repository(GOLDEN);
        BlobIndex index = IndexLoader.load(repository);
        List<byte[]> trees = new ArrayList<>();
        List<byte[]> headers = new ArrayList<>();
        try (BlobReader reader = new BlobReader(repository, index)) {
            List<Sha256> ids = new ArrayList<>();
            index.forEach(place -> {
                if (place.blob().type() == BlobType.TREE) {
                    ids.add(place.blob().id());
                }
            });
            for (Sha256 id : ids) {
                trees.add(reader.read(BlobType.TREE, id));
            }
        }
        for (ListedObject pack : repository.backend().list(ObjectType.DATA)) {
            byte[] bytes = repository.backend().load(pack.key(), 1 << 24);
            byte[] lastFour = java.util.Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length);
            int length = PackHeader.sealedLength(lastFour, bytes.length);
            headers.add(repository
                    .key()
                    .sealer()
                    .open(java.util.Arrays.copyOfRange(bytes, bytes.length - 4 - length, bytes.length - 4)));
        }
        byte[] lock = ("{\"time\":\"2026-11-25T05:00:00Z\",\"exclusive\":false,\"hostname\":\"h\",\"username\":\"u\","
                        + "\"pid\":1,\"uid\":2,\"gid\":3}")
                .getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                fuzz("trees", trees, TreeJson::read),
                fuzz("trees that are written again", trees, input -> TreeJson.write(TreeJson.read(input))),
                fuzz("snapshots", files(repository, ObjectType.SNAPSHOTS), input -> Snapshot.parse(input)),
                fuzz(
                        "indexes",
                        files(repository, ObjectType.INDEX),
                        input -> IndexFile.read(input, new BlobIndex()::add)),
                fuzz("locks", List.of(lock), LockFile::parse),
                fuzz("configs", List.of(repository.config().json()), RepositoryConfig::parse),
                fuzz("keys", keys(repository), KeyFile::parse),
                fuzz("pack headers", headers, input -> header(repository, input)),
                fuzz("sealed bytes", headers, input -> repository.key().sealer().open(input)),
                fuzz("files in their seal", headers, input -> file(repository, input)),
                fuzz(
                        "patterns",
                        List.of("/a/**/[^b-d]*/\\*?".getBytes(StandardCharsets.UTF_8)),
                        input -> PathPatterns.parse(List.of(new String(input, StandardCharsets.UTF_8)))
                                .decide("/a/b/c/d")));
    }

    private static void header(Repository repository, byte[] input) throws BrokenPackException {
        byte[] sealed = repository.key().sealer().seal(input);
        PackHeader.open(sealed, sealed.length + 4L + 1_000, repository.key().sealer());
    }

    private static void file(Repository repository, byte[] input)
            throws BrokenSealException, BrokenCompressionException {
        try (BlobCodec codec = repository.codec(Level.DEFAULT)) {
            codec.openFile(repository.key().sealer().seal(input));
        }
    }

    private static List<byte[]> files(Repository repository, ObjectType type) throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (ListedObject listed : repository.backend().list(type)) {
            files.add(repository.loadFile(listed.key()));
        }
        return files;
    }

    private static List<byte[]> keys(Repository repository) throws IOException {
        List<byte[]> keys = new ArrayList<>();
        for (ListedObject listed : repository.backend().list(ObjectType.KEYS)) {
            keys.add(repository
                    .backend()
                    .load(new ObjectKey(ObjectType.KEYS, listed.key().name()), 1 << 16));
        }
        return keys;
    }

    private static DynamicTest fuzz(String what, List<byte[]> good, Parser parser) {
        return DynamicTest.dynamicTest(what, () -> {
            assertThat(good).isNotEmpty();
            for (String input : CORPUS) {
                attempt(parser, Base64.getDecoder().decode(input));
            }
            Random random = new Random(SEED);
            for (int round = 0; round < ROUNDS; round++) {
                attempt(parser, damaged(good.get(random.nextInt(good.size())), random));
            }
        });
    }

    private static void attempt(Parser parser, byte[] input) {
        try {
            parser.parse(input);
        } catch (MalformedJsonException
                | BrokenPackException
                | BrokenSealException
                | BrokenCompressionException refusal) {
            assertThat(refusal.getMessage()).isNotBlank();
        } catch (BackstayException refusal) {
            assertThat(refusal.code()).isIn(ErrorCode.REPOSITORY_UNSUPPORTED, ErrorCode.INVALID_REQUEST);
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            fail("input " + HexFormat.of().formatHex(input), e);
        }
    }

    private static byte[] damaged(byte[] good, Random random) {
        byte[] bytes = good.clone();
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) "{}[]\",:0e-\\".charAt(random.nextInt(11));
                case 3 -> bytes = java.util.Arrays.copyOf(bytes, at);
                case 4 -> {
                    int length = Math.min(bytes.length - at, random.nextInt(20));
                    System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - length + 1), length);
                }
                default -> {
                    byte[] longer = new byte[bytes.length + 1];
                    System.arraycopy(bytes, 0, longer, 0, at);
                    longer[at] = (byte) "9f\"\\".charAt(random.nextInt(4));
                    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
