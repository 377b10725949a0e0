package io.backstay.repository.backup;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Threads that read files. A bounded number of files waits for them; then the walk waits. */
final class ReaderPool implements AutoCloseable {
    private static final int WAITING = 256;

    private final ExecutorService threads;
    private final Semaphore waiting = new Semaphore(WAITING);
    private final Supplier<FileSaver> savers;
    private final ConcurrentLinkedDeque<FileSaver> free = new ConcurrentLinkedDeque<>();

    ReaderPool(int readers, Supplier<FileSaver> savers) {
        this.threads = Executors.newFixedThreadPool(readers);
        this.savers = savers;
    }

    /** Reads one file. */
    interface Reading<T> {
        CompletableFuture<T> run(FileSaver saver) throws InterruptedException;
    }

    /** Has a thread read a file; the result may be there later than the thread is done. */
    <T> CompletableFuture<T> submit(Reading<T> reading) throws InterruptedException {
        waiting.acquire();
        CompletableFuture<T> promise = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                FileSaver saver = free.poll();
                FileSaver mine = saver != null ? saver : savers.get();
                CompletableFuture<T> result = reading.run(mine);
                free.push(mine);
                result.thenAccept(promise::complete).exceptionally(failure -> {
                    promise.completeExceptionally(failure);
                    return null;
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                promise.completeExceptionally(e);
            } catch (RuntimeException | Error e) {
                promise.completeExceptionally(e);
            } finally {
                waiting.release();
            }
        });
        return promise;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
