package io.backstay.local.redis;

import io.backstay.local.files.AtomicFile;
import io.backstay.local.files.SecretFile;
import io.backstay.local.process.Program;
import io.backstay.local.process.Service;
import io.backstay.local.process.Signal;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import redis.embedded.RedisExecProvider;

/** The mirror's Redis: on loopback alone, with a generated password, its data in an append-only file. */
public final class Redis implements Service {
    private static final int ANSWER_MILLIS = 2000;

    private final Path folder;
    private final int port;
    private final Path binary;
    private final String password;

    private Redis(Path folder, int port, Path binary, String password) {
        this.folder = folder;
        this.port = port;
        this.binary = binary;
        this.password = password;
    }

    /**
     * Unpacks the server where that is still to be done.
     *
     * @param folder holds data, password and log
     * @param cache of binaries, for all clusters
     */
    public static Redis in(Path folder, int port, Path cache, SecureRandom random) throws IOException {
        Files.createDirectories(folder);
        return new Redis(folder, port, unpacked(cache), SecretFile.readOrMake(folder.resolve("password"), random));
    }

    @Override
    public Program program() {
        return new Program(
                "redis",
                folder,
                List.of(binary.toString(), folder.resolve("redis.conf").toString()),
                Map.of(),
                Signal.TERM);
    }

    @Override
    public void prepare() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        AtomicFile.write(folder.resolve("redis.conf"), """
            bind 127.0.0.1
            port %d
            requirepass %s
            dir data
            appendonly yes
            save ""
            """.formatted(port, password));
    }

    @Override
    public boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write(ascii("AUTH " + password + "\r\nPING\r\n"));
            byte[] wanted = ascii("+OK\r\n+PONG\r\n");
            return java.util.Arrays.equals(wanted, socket.getInputStream().readNBytes(wanted.length));
        } catch (IOException e) {
            // Not yet, or not any more; its log says why.
            return false;
        }
    }

    @Override
    public String url() {
        return "redis://:%s@127.0.0.1:%d".formatted(password, port);
    }

    /** For a node's configuration, which has the password apart. */
    public String address() {
        return "redis://127.0.0.1:" + port;
    }

    /** The file with the password. */
    public Path passwordFile() {
        return folder.resolve("password");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Path unpacked(Path cache) throws IOException {
        String architecture = System.getProperty("os.arch");
        String name = "redis-server-%s-linux-%s"
                .formatted(RedisExecProvider.redisVersion, architecture.equals("aarch64") ? "arm64" : architecture);
        Path place = cache.resolve(name);
        if (Files.exists(place)) {
            return place;
        }
        Files.createDirectories(cache);
        Path scratch = Files.createTempFile(cache, ".redis-", "");
        try (InputStream packed = Redis.class.getResourceAsStream("/" + name)) {
            if (packed == null) {
                throw new FileNotFoundException("there is no embedded Redis for this system (" + name + ")");
            }
            Files.copy(packed, scratch, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(scratch, place, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(scratch);
        }
        return place;
    }
}
