package io.backstay.local.postgres;

import io.backstay.local.files.AtomicFile;
import io.backstay.local.files.FileTree;
import io.backstay.local.files.SecretFile;
import io.backstay.local.process.Program;
import io.backstay.local.process.Service;
import io.backstay.local.process.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The journal's database: role and database {@code backstay}, which own nothing else, with a generated password. It listens on
 * loopback alone, has no other users that could sign in, and writes every commit through to the disk.
 */
public final class Postgres implements Service {
    private static final String NAME = "postgres";
    private static final String USER = "backstay";
    private static final int ROOT = 0;

    private final Path folder;
    private final int port;
    private final Path binaries;
    private final String password;

    private Postgres(Path folder, int port, Path binaries, String password) {
        this.folder = folder;
        this.port = port;
        this.binaries = binaries;
        this.password = password;
    }

    /**
     * Unpacks the server where that is still to be done.
     *
     * @param folder holds data, password and log
     * @param cache of binaries, for all clusters
     */
    public static Postgres in(Path folder, int port, Path cache, SecureRandom random) throws IOException {
        Files.createDirectories(folder);
        return new Postgres(
                folder, port, PostgresBinaries.in(cache), SecretFile.readOrMake(folder.resolve("password"), random));
    }

    @Override
    public Program program() {
        return program(List.of(
                "postgres",
                "-D",
                data().toString(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "port=" + port,
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=on",
                "-c",
                "synchronous_commit=on",
                "-c",
                "full_page_writes=on",
                "-c",
                "max_connections=200"));
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        if (Files.exists(data())) {
            return;
        }
        // Another name until all is there.
        Path made = folder.resolve("data.new");
        FileTree.delete(made);
        run(
                List.of(
                        "initdb",
                        "-D",
                        made.toString(),
                        "-U",
                        NAME,
                        "-A",
                        "trust",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-instructions"),
                "");
        run(List.of("postgres", "--single", "-D", made.toString(), "-c", "exit_on_error=on", NAME), """
            CREATE ROLE %1$s LOGIN PASSWORD '%2$s'
            CREATE DATABASE %1$s OWNER %1$s
            """.formatted(
                        USER, password));
        AtomicFile.write(made.resolve("pg_hba.conf"), "host %1$s %1$s 127.0.0.1/32 scram-sha-256%n".formatted(USER));
        Files.move(made, data());
    }

    @Override
    public boolean answers() {
        try (Connection connection = connect()) {
            return connection.isValid(2);
        } catch (SQLException e) {
            // Not yet, or not any more; its log says why.
            return false;
        }
    }

    /** A connection as the journal's owner; the caller closes it. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl() + "?connectTimeout=2&socketTimeout=5", USER, password);
    }

    @Override
    public String url() {
        return "postgresql://%1$s:%2$s@127.0.0.1:%3$d/%1$s".formatted(USER, password, port);
    }

    /** For a node's configuration. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, USER);
    }

    /** The file with the password. */
    public Path passwordFile() {
        return folder.resolve("password");
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Program program(List<String> command) {
        List<String> words = new ArrayList<>();
        if (asRoot()) {
            // Postgres refuses to run as root. In a user namespace without mappings root is nobody, and so are its
            // files.
            words.addAll(List.of("unshare", "--user", "--"));
        }
        words.add(binaries.resolve("bin").resolve(command.getFirst()).toString());
        words.addAll(command.subList(1, command.size()));
        return new Program(NAME, folder, words, Map.of("LC_ALL", "C"), Signal.INT);
    }

    private void run(List<String> command, String input) throws IOException, InterruptedException {
        Program program = program(command);
        Path log = program.log();
        Process process;
        try {
            process = program.builder(program.command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    "Postgres cannot be run (as root it needs unshare, of util-linux): " + e.getMessage(), e);
        }
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException("%s ended with status %d; see %s".formatted(command.getFirst(), status, log));
        }
    }

    private static boolean asRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid && uid == ROOT;
        } catch (IOException e) {
            return false;
        }
    }
}
