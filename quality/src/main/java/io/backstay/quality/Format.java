package io.backstay.quality;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

/**
 * Checks or writes the layout of every Java file of the project: {@code Format check|write <project folder> <cache file>}.
 *
 * <p>Exit status 0: all files are as the formatter writes them. 1: with {@code check} some are not, each is named; or a
 * file is no Java. 2: wrong arguments. The cache file holds the SHA-256 of contents found well, so that only changed files
 * are looked at; it may be deleted at any time.
 */
public final class Format {
    /** Part of every hash: another formatter or other rules make the cache worthless. */
    private static final String RULES =
            "palantir " + Formatter.class.getPackage().getImplementationVersion() + ", Javadoc as it stands";

    private static final Set<String> SKIPPED = Set.of("target", "node_modules", ".git");

    private final Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(false)
            .build());
    private final boolean write;
    private final Path project;
    private final Set<String> known;
    private final Set<String> good = new ConcurrentSkipListSet<>();

    private Format(boolean write, Path project, Set<String> known) {
        this.write = write;
        this.project = project;
        this.known = known;
    }

    /** See the type. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3 || !Set.of("check", "write").contains(arguments[0])) {
            System.err.println("usage: Format check|write <project folder> <cache file>");
            System.exit(2);
        }
        Path project = Path.of(arguments[1]).toRealPath();
        Path cache = Path.of(arguments[2]);
        Format format = new Format("write".equals(arguments[0]), project, read(cache));
        List<String> complaints = javaFiles(project).parallelStream()
                .flatMap(format::look)
                .sorted()
                .toList();
        Files.createDirectories(cache.toAbsolutePath().getParent());
        Files.write(cache, new TreeSet<>(format.good), StandardCharsets.UTF_8);
        complaints.forEach(System.err::println);
        if (!complaints.isEmpty()) {
            System.err.println("Run sbt-free-maven-wrapper/format to lay them out.");
            System.exit(1);
        }
    }

    /** What is wrong with a file: nothing, or one line. */
    private Stream<String> look(Path file) {
        String name = project.relativize(file).toString();
        try {
            String before = Files.readString(file);
            String hash = hash(before);
            if (known.contains(hash)) {
                good.add(hash);
                return Stream.empty();
            }
            String after = formatter.formatSourceAndFixImports(before);
            good.add(hash(after));
            if (after.equals(before)) {
                return Stream.empty();
            }
            if (!write) {
                return Stream.of(name + ":" + firstDifference(before, after) + ": not as the formatter writes it");
            }
            Files.writeString(file, after);
            System.err.println("Formatted " + name);
            return Stream.empty();
        } catch (FormatterException problem) {
            return Stream.of(name + ": " + problem.getMessage());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int firstDifference(String before, String after) {
        List<String> is = before.lines().toList();
        List<String> wanted = after.lines().toList();
        int line = 0;
        while (line < is.size() && line < wanted.size() && is.get(line).equals(wanted.get(line))) {
            line++;
        }
        return line + 1;
    }

    private static List<Path> javaFiles(Path project) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(project, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return SKIPPED.contains(String.valueOf(folder.getFileName()))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private static Set<String> read(Path cache) throws IOException {
        try {
            return new HashSet<>(Files.readAllLines(cache, StandardCharsets.UTF_8));
        } catch (NoSuchFileException firstRun) {
            return Set.of();
        }
    }

    private static String hash(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(RULES.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
