package io.backstay.http.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.http.restic.UploadPlaces.Place;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who may upload, and who waits. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadPlacesTest {
    private static final UserId ONE = new UserId(new UUID(0, 1));
    private static final UserId OTHER = new UserId(new UUID(0, 2));

    private final ActorTestKit kit = ActorTestKit.create();

    @AfterAll
    void endSystem() {
        kit.shutdownTestKit();
    }

    private UploadPlaces places(int atOnce, int waiting, Duration longestWait) {
        return new UploadPlaces(kit.system(), new UploadPlaces.Limits(atOnce, waiting, longestWait));
    }

    private static CompletableFuture<Place> taken(UploadPlaces places, UserId user) {
        return places.take(user).toCompletableFuture();
    }

    private static Place soon(CompletableFuture<Place> taken) throws Exception {
        return taken.get(60, TimeUnit.SECONDS);
    }

    private static void refused(CompletableFuture<Place> taken, String why) {
        assertThatThrownBy(() -> soon(taken))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        BackstayException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                .hasMessageContaining(why);
    }

    @Test
    void oneUsersUploadsDoNotHoldUpAnothers() throws Exception {
        UploadPlaces places = places(2, 5, Duration.ofMinutes(5));
        List<CompletableFuture<Place>> many = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            many.add(taken(places, ONE));
        }
        assertThat(many.stream().filter(CompletableFuture::isDone)).hasSize(2);
        assertThat(taken(places, OTHER)).isCompleted();
        refused(taken(places, ONE), "5 more wait");
        for (CompletableFuture<Place> each : many) {
            soon(each).release();
        }
        soon(taken(places, ONE)).release();
        assertThat(places.users()).isOne();
    }

    @Test
    void whoWaitsIsServedInOrder() throws Exception {
        UploadPlaces places = places(1, 2, Duration.ofMinutes(5));
        CompletableFuture<Place> first = taken(places, ONE);
        CompletableFuture<Place> second = taken(places, ONE);
        CompletableFuture<Place> third = taken(places, ONE);
        soon(first).release();
        Place held = soon(second);
        assertThat(third).isNotDone();
        held.release();
        soon(third).release();
        assertThat(places.users()).isZero();
    }

    @Test
    void aPlaceIsGivenBackOnceOnly() throws Exception {
        UploadPlaces places = places(1, 2, Duration.ofMinutes(5));
        Place first = soon(taken(places, ONE));
        CompletableFuture<Place> second = taken(places, ONE);
        CompletableFuture<Place> third = taken(places, ONE);
        first.release();
        Place held = soon(second);
        first.release();
        assertThat(third).isNotDone();
        held.release();
        soon(third).release();
        assertThat(places.users()).isZero();
    }

    @Test
    void whoWaitedTooLongIsRefusedAndLeavesNothing() throws Exception {
        UploadPlaces places = places(1, 1, Duration.ofMillis(50));
        Place held = soon(taken(places, ONE));
        refused(taken(places, ONE), "none has ended within");
        refused(taken(places, ONE), "none has ended within");
        held.release();
        assertThat(places.users()).isZero();
        soon(taken(places, ONE)).release();
    }

    @Test
    void manyThreadsNeverHaveMoreThanThereAre() throws Exception {
        UploadPlaces places = places(3, 1_000, Duration.ofMinutes(5));
        AtomicInteger held = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(CompletableFuture.supplyAsync(() -> places.take(ONE))
                    .thenCompose(taken -> taken)
                    .thenAcceptAsync(place -> {
                        most.accumulateAndGet(held.incrementAndGet(), Math::max);
                        held.decrementAndGet();
                        place.release();
                    }));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        assertThat(most.get()).isBetween(1, 3);
        assertThat(places.users()).isZero();
    }
}
