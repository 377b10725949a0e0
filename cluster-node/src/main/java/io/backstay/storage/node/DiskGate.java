package io.backstay.storage.node;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Where blocking work runs: a virtual thread each, and so many of them at the disk at once. A thread that waits for a
 * client holds no place.
 */
final class DiskGate implements AutoCloseable {
    private static final long CLOSE_WAIT_SECONDS = 5;

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("storage-", 0).factory());
    private final Semaphore places;

    DiskGate(int places) {
        this.places = new Semaphore(places);
    }

    /** Runs on a thread of its own, without a place at the disk. */
    <T> CompletableFuture<T> start(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    result.complete(work.call());
                } catch (Throwable e) {
                    result.completeExceptionally(Failures.of(e));
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(
                    new BackstayException(ErrorCode.UNAVAILABLE, "this node's storage is shutting down", e));
        }
        return result;
    }

    /** Runs on a thread of its own; a failure is told, also where the work could not begin. */
    void launch(Callable<?> work, Consumer<Throwable> failed) {
        try {
            threads.execute(() -> {
                try {
                    work.call();
                } catch (Throwable e) {
                    failed.accept(e);
                }
            });
        } catch (RejectedExecutionException e) {
            failed.accept(e);
        }
    }

    /** Runs on a thread of its own, at the disk. */
    <T> CompletableFuture<T> submit(DiskWork<T> work) {
        return start(() -> at(work));
    }

    /** Runs on this thread, at the disk. */
    <T> T at(DiskWork<T> work) throws IOException {
        try {
            places.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackstayException(ErrorCode.UNAVAILABLE, "this node's storage is shutting down", e);
        }
        try {
            return work.run();
        } finally {
            places.release();
        }
    }

    /** Work that needs the disk. */
    interface DiskWork<T> {
        T run() throws IOException;
    }

    /** Lets what runs end, for a short while, then interrupts it. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
