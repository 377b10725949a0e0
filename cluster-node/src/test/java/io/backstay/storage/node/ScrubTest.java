package io.backstay.storage.node;

import static io.backstay.objects.Contents.keyOf;
import static io.backstay.objects.Contents.random;
import static io.backstay.objects.Contents.save;
import static io.backstay.storage.node.TestViews.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.SettableClock;
import io.backstay.objects.disk.DiskMedium;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrubTest {
    private static final long GIB = 1L << 30;
    private static final int SIZE = 200_000;
    private static final long WITHIN_SECONDS = 60;

    @TempDir
    private Path root;

    private final DiskGate gate = new DiskGate(4);
    private DiskMedium medium;

    @BeforeEach
    void open() throws IOException {
        medium = DiskMedium.open(root, Clock.systemUTC());
    }

    @AfterEach
    void close() throws IOException {
        gate.close();
        medium.close();
    }

    private Scrub scrub(Duration period, StorageNode.DamageReport report) {
        return new Scrub(
                medium,
                repository -> {
                    ObjectStore store = medium.store(repository);
                    return new RepositoryDisk(store, StandingKeeper.load(store, gate));
                },
                gate,
                new MediumHealth(medium, StorageSettings.defaults().withLowWater(0, 0)),
                report,
                new ScrubSettings(period, 100 * GIB),
                Clock.systemUTC());
    }

    private ObjectKey store(int seed) throws IOException {
        byte[] content = random(seed, SIZE);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        save(medium.store(REPOSITORY), key, content, seed);
        return key;
    }

    private void flip(ObjectKey key) throws IOException {
        String name = key.name().toString();
        Path file = root.resolve(REPOSITORY.toString())
                .resolve("data")
                .resolve(name.substring(0, 2))
                .resolve(name);
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(SIZE - 1);
            int old = access.read();
            access.seek(SIZE - 1);
            access.write(old ^ 1);
        }
    }

    @Test
    void findsDamageThatNobodyReadAndTellsItUntilItIsHeard() throws Exception {
        store(1);
        ObjectKey damaged = store(2);
        store(3);
        flip(damaged);
        LinkedBlockingQueue<ObjectKey> told = new LinkedBlockingQueue<>();
        try (Scrub scrub = scrub(Duration.ofSeconds(1), (repository, key) -> {
            told.add(key);
            return told.size() > 1;
        })) {
            scrub.start();
            assertThat(told.poll(WITHIN_SECONDS, TimeUnit.SECONDS)).isEqualTo(damaged);
            assertThat(told.poll(WITHIN_SECONDS, TimeUnit.SECONDS))
                    .as("nobody heard it the first time")
                    .isEqualTo(damaged);
        }
    }

    @Test
    void goesOnBehindWhatItHasReadAfterARestart() throws Exception {
        ObjectKey first = store(1);
        ObjectKey second = store(2);
        ObjectKey earlier = first.compareTo(second) < 0 ? first : second;
        ObjectKey later = earlier.equals(first) ? second : first;
        flip(first);
        flip(second);
        medium.note(ScrubProgress.begin(Instant.now())
                .read(REPOSITORY, earlier, SIZE, false)
                .encode());
        CompletableFuture<ObjectKey> told = new CompletableFuture<>();
        try (Scrub scrub = scrub(Duration.ofDays(1), (repository, key) -> {
            told.complete(key);
            return true;
        })) {
            scrub.start();
            assertThat(told.get(WITHIN_SECONDS, TimeUnit.SECONDS)).isEqualTo(later);
        }
    }

    @Test
    void whatItHasReadIsReadBackAsItWasWritten() {
        Instant begun = Instant.ofEpochMilli(1_000);
        ScrubProgress progress = ScrubProgress.begin(begun)
                .read(REPOSITORY, keyOf(ObjectType.INDEX, random(1, 10)), 10, true)
                .read(REPOSITORY, ObjectKey.config(), 20, false);
        assertThat(ScrubProgress.decode(progress.encode())).contains(progress);
        ScrubProgress ended = progress.end(Instant.ofEpochMilli(2_000));
        assertThat(ScrubProgress.decode(ended.encode())).contains(ended);
        assertThat(ended.bytes()).isEqualTo(30);
        assertThat(ended.damaged()).isEqualTo(1);
    }

    @Test
    void aNoteThatIsDamagedBeginsThePassAnew() {
        for (String text : new String[] {"", "1", "2 5 - - - 0 0", "1 x - - - 0 0", "1 5 - a data/1 0 0"}) {
            assertThat(ScrubProgress.decode(text.getBytes(StandardCharsets.US_ASCII)))
                    .as(text)
                    .isEmpty();
        }
    }

    @Test
    void aDiskIsReadEvenlyWithinFourFifthsOfThePeriod() {
        ScrubSettings settings = new ScrubSettings(Duration.ofDays(7), GIB);
        Duration rest = settings.rest(16 << 20, 4096 * GIB, Duration.ofMillis(100));
        double passes = 4096.0 * GIB / (16 << 20) * (rest.toNanos() / 1e9 + 0.1);
        assertThat(passes)
                .isBetween(
                        0.79 * Duration.ofDays(7).toSeconds(),
                        0.81 * Duration.ofDays(7).toSeconds());
    }

    @Test
    void theMostBytesASecondAreKeptThoughThePeriodDoesNotSuffice() {
        ScrubSettings settings = new ScrubSettings(Duration.ofSeconds(1), 32 << 20);
        assertThat(settings.rest(16 << 20, 4096 * GIB, Duration.ofMillis(100))).isEqualTo(Duration.ofMillis(400));
        assertThat(settings.rest(16 << 20, 4096 * GIB, Duration.ofSeconds(2))).isZero();
    }

    @Test
    void aPassBeginsOnePeriodAfterTheLastOneDid() {
        ScrubSettings settings = new ScrubSettings(Duration.ofDays(7), GIB);
        SettableClock clock = SettableClock.atSomeTime();
        Instant begun = clock.instant();
        ScrubProgress going = ScrubProgress.begin(begun);
        assertThat(settings.untilNext(going, begun.plus(Duration.ofDays(1)))).isZero();
        ScrubProgress ended = going.end(begun.plus(Duration.ofDays(5)));
        assertThat(settings.untilNext(ended, begun.plus(Duration.ofDays(5)))).isEqualTo(Duration.ofDays(2));
        assertThat(settings.untilNext(ended, begun.plus(Duration.ofDays(9)))).isZero();
        assertThat(ScrubProgress.begin(begun).at()).isEqualTo(Optional.empty());
    }
}
