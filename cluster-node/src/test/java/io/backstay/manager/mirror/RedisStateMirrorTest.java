package io.backstay.manager.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.cluster.view.ViewId;
import io.backstay.manager.state.StateDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.embedded.RedisServer;

@Tag("slow")
class RedisStateMirrorTest extends StateMirrorContract {
    private static int port;
    private static RedisServer server;

    private StateMirror mirror;

    @BeforeAll
    static void startServer() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        server = server();
        server.start();
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    @BeforeEach
    void open() {
        redis(RedisClient::flushAll);
        mirror = RedisStateMirror.at(URI.create("redis://127.0.0.1:" + port), Optional.empty());
    }

    @AfterEach
    void close() {
        mirror.close();
    }

    @Override
    StateMirror mirror() {
        return mirror;
    }

    @Override
    void spoil() {
        redis(redis -> redis.hset(RedisStateMirror.KEY, "cluster", "none"));
    }

    @Test
    void theWriterIsSoonUpToDateAndLeavesOutWhatIsOld() throws IOException {
        StateDriver driver = driver(1);
        try (MirrorWriter writer = new MirrorWriter(mirror, new MirrorSeal(MASTER_KEY))) {
            for (int i = 0; i < 50; i++) {
                addUser(driver, "user" + i);
                writer.offer(driver.state());
            }
            await(() -> writer.status().mirrored().equals(driver.state().id()));
            assertThat(writer.status().problem()).isEmpty();
            await(() -> writer.status().lag().isZero());
        }
        try (StateMirror again = RedisStateMirror.at(URI.create("redis://127.0.0.1:" + port), Optional.empty())) {
            assertThat(new MirrorSeal(MASTER_KEY).open(again.read().orElseThrow()))
                    .isEqualTo(driver.state());
        }
    }

    @Test
    void redisAwayIsSaidAndCaughtUpWithWhenItReturns() {
        StateDriver driver = driver(1);
        try (MirrorWriter writer = new MirrorWriter(mirror, new MirrorSeal(MASTER_KEY))) {
            writer.offer(driver.state());
            await(() -> writer.status().mirrored().equals(driver.state().id()));
            server.stop();
            addUser(driver, "uma");
            writer.offer(driver.state());
            await(() -> writer.status().problem().isPresent());
            assertThat(writer.status().lag()).isPositive();
            server = server();
            server.start();
            await(() -> writer.status().mirrored().equals(driver.state().id()));
            assertThat(writer.status().problem()).isEmpty();
        }
    }

    @Test
    void aMirrorThatWasEmptiedOrSetBackGetsTheStateAgain() throws IOException {
        StateDriver driver = driver(1);
        MirrorSeal seal = new MirrorSeal(MASTER_KEY);
        MirrorCopy older = seal.seal(driver.state());
        addUser(driver, "uma");
        try (MirrorWriter writer = new MirrorWriter(at(), seal)) {
            writer.offer(driver.state());
            await(() -> writer.status().mirrored().equals(driver.state().id()));
            redis(RedisClient::flushAll);
            await(() -> present().equals(driver.state().id()));
            redis(RedisClient::flushAll);
            mirror.write(older);
            await(() -> present().equals(driver.state().id()));
        }
    }

    private Optional<ViewId> present() {
        try {
            return mirror.present();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anotherClustersContentIsSaidAndKept() {
        StateDriver ours = driver(1);
        StateDriver foreign = driver(2);
        try (MirrorWriter first = new MirrorWriter(at(), new MirrorSeal(MASTER_KEY));
                MirrorWriter second = new MirrorWriter(at(), new MirrorSeal(MASTER_KEY))) {
            first.offer(ours.state());
            await(() -> first.status().mirrored().equals(ours.state().id()));
            second.offer(foreign.state());
            await(() -> second.status()
                    .problem()
                    .filter(it -> it.contains("another cluster"))
                    .isPresent());
            assertThat(second.status().mirrored()).isEmpty();
        }
    }

    private static StateMirror at() {
        return RedisStateMirror.at(URI.create("redis://127.0.0.1:" + port), Optional.empty());
    }

    private static RedisServer server() {
        return RedisServer.builder()
                .port(port)
                .bind("127.0.0.1")
                .setting("save \"\"")
                .build();
    }

    private static void redis(Consumer<RedisClient> work) {
        try (RedisClient client = RedisClient.create("127.0.0.1", port)) {
            work.accept(client);
        }
    }

    private static void await(BooleanSupplier condition) {
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("it did not come true in 30 s");
            }
            Thread.onSpinWait();
        }
    }
}
