package io.backstay.repository.files;

import io.backstay.model.Sha256;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.tree.Node;
import io.backstay.repository.tree.NodeType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes folders with every kind of file, and tells whether two are alike. */
public final class Trees {
    private static final PosixFiles FILES = new PosixFiles();

    private Trees() {}

    /** Whether this process may make devices and give files away. */
    public static boolean isRoot() {
        return FILES.currentUser().map(user -> user[0] == 0).orElse(false);
    }

    /** A folder with all that a file system has. */
    public static void makeAll(ByteString root, long seed) throws IOException {
        Random random = new Random(seed);
        FILES.makeFolder(root);
        write(root, "empty", new byte[0]);
        write(root, "small", "some text\n".getBytes(StandardCharsets.UTF_8));
        write(root, "large", random(random, 9_000_000));
        byte[] sparse = new byte[3_000_000];
        sparse[1_500_000] = 1;
        write(root, "sparse", sparse);
        ByteString folder = Paths.join(root, ByteString.utf8("folder"));
        FILES.makeFolder(folder);
        FILES.makeFolder(Paths.join(folder, ByteString.utf8("empty folder")));
        for (int i = 0; i < 30; i++) {
            write(folder, "file-" + i, random(random, random.nextInt(200_000)));
        }
        write(folder, "linked", "two names".getBytes(StandardCharsets.UTF_8));
        FILES.makeHardLink(
                Paths.join(root, ByteString.utf8("also linked")), Paths.join(folder, ByteString.utf8("linked")));
        for (byte[] name : List.of(
                new byte[] {'c', (byte) 0xe9},
                "caf\u00e9 <&> \u2028 \ud83d\ude00".getBytes(StandardCharsets.UTF_8),
                "new\nline \"quote\" back\\slash".getBytes(StandardCharsets.UTF_8),
                "x".repeat(255).getBytes(StandardCharsets.UTF_8))) {
            write(root, ByteString.of(name), name);
        }
        FILES.makeLink(Paths.join(root, ByteString.utf8("link")), ByteString.utf8("small"));
        FILES.makeLink(Paths.join(root, ByteString.utf8("dangling")), ByteString.utf8("/no/such/<target>"));
        FILES.makeSpecial(Paths.join(root, ByteString.utf8("pipe")), NodeType.FIFO, 0);
        ByteString program = write(root, "setuid", "#!".getBytes(StandardCharsets.UTF_8));
        FILES.setMode(program, 04751);
        if (isRoot()) {
            FILES.makeSpecial(Paths.join(root, ByteString.utf8("null")), NodeType.CHARDEV, 0x103);
            FILES.makeSpecial(Paths.join(root, ByteString.utf8("disk")), NodeType.DEV, 0x100702);
            FILES.setOwner(Paths.join(root, ByteString.utf8("small")), 54_321, 54_322);
            FILES.setOwner(program, 1, 1);
            FILES.setMode(program, 06751);
        }
        try {
            FILES.setExtendedAttribute(
                    Paths.join(root, ByteString.utf8("small")),
                    new Node.ExtendedAttribute(ByteString.utf8("user.backstay"), new byte[] {0, -1, 7}));
            FILES.setExtendedAttribute(folder, new Node.ExtendedAttribute(ByteString.utf8("user.folder"), new byte[0]));
        } catch (UnsupportedOperationException e) {
            // A file system without them: then there are none to be kept.
            FILES.setMode(folder, 0750);
        }
        FILES.setMode(folder, 01775);
        age(root, random);
    }

    /** Writes a file. */
    public static ByteString write(ByteString folder, String name, byte[] content) throws IOException {
        return write(folder, ByteString.utf8(name), content);
    }

    private static ByteString write(ByteString folder, ByteString name, byte[] content) throws IOException {
        ByteString path = Paths.join(folder, name);
        try (FileWriter writer = FILES.create(path)) {
            writer.write(content, 0, content.length, 0);
        }
        FILES.setMode(path, 0644);
        return path;
    }

    /** Random times with nanoseconds for everything, what is below first. */
    private static void age(ByteString path, Random random) throws IOException {
        if (FILES.status(path).type() == NodeType.DIR) {
            for (ByteString name : FILES.names(path)) {
                age(Paths.join(path, name), random);
            }
        }
        Instant time =
                Instant.ofEpochSecond(1_000_000_000L + random.nextInt(600_000_000), random.nextInt(1_000_000_000));
        FILES.setTimes(path, time, time);
    }

    /** One line for each file of a tree, with all that is restored; equal for trees that are alike. */
    public static List<String> describe(ByteString root) throws IOException {
        List<String> lines = new ArrayList<>();
        describe(root, "", lines, new HashMap<>());
        return lines;
    }

    private static void describe(ByteString path, String shown, List<String> lines, Map<Long, String> links)
            throws IOException {
        FileStatus status = FILES.status(path);
        StringBuilder line = new StringBuilder(shown.isEmpty() ? "/" : shown);
        line.append(" %s %o %d:%d %s"
                .formatted(status.type(), status.unixMode(), status.uid(), status.gid(), status.modified()));
        for (Node.ExtendedAttribute attribute : FILES.extendedAttributes(path)) {
            line.append(" %s=%s".formatted(attribute.name(), HexFormat.of().formatHex(attribute.value())));
        }
        switch (status.type()) {
            case FILE -> {
                line.append(" %d %s".formatted(status.sizeBytes(), Sha256.hash(read(path))));
                if (status.links() > 1) {
                    line.append(" = ").append(links.computeIfAbsent(status.inode(), unknown -> shown));
                }
            }
            case SYMLINK ->
                line.append(" -> ")
                        .append(HexFormat.of().formatHex(FILES.linkTarget(path).bytes()));
            case DEV, CHARDEV -> line.append(" ").append(status.device());
            case DIR, FIFO, SOCKET, IRREGULAR -> line.append('.');
        }
        lines.add(line.toString());
        if (status.type() == NodeType.DIR) {
            for (ByteString name : FILES.names(path)) {
                describe(Paths.join(path, name), shown + "/" + HexFormat.of().formatHex(name.bytes()), lines, links);
            }
        }
    }

    /** A file's content. */
    public static byte[] read(ByteString path) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] buffer = new byte[100_000];
        try (FileReader reader = FILES.open(path)) {
            for (int count = reader.read(buffer, 0, buffer.length);
                    count >= 0;
                    count = reader.read(buffer, 0, 100_000)) {
                content.write(buffer, 0, count);
            }
        }
        return content.toByteArray();
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
