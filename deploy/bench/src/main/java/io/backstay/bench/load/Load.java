package io.backstay.bench.load;

import io.backstay.bench.contender.Serving;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests for the objects of one repository over several connections at once. Any failure ends it with an exception. */
public final class Load {
    private final Serving serving;
    private final URI objects;
    private final int connections;

    /** A load on the repository. */
    public Load(Serving serving, String repository, int connections) {
        this.serving = serving;
        this.objects = serving.objects(repository);
        this.connections = connections;
    }

    /** Stores every object. */
    public Timing put(String type, Payload payload) throws IOException, InterruptedException {
        return run(payload.count(), (connection, index) -> {
            int status = connection
                    .upload(serving.uploadMethod(), path(type, payload.name(index)), payload.content(index))
                    .status();
            if (status < 200 || status > 299) {
                throw new IOException("an upload was answered with " + status);
            }
            return payload.sizeBytes();
        });
    }

    /** Reads every object so many times. */
    public Timing get(String type, Payload payload, int times) throws IOException, InterruptedException {
        return run(
                payload.count() * times,
                (connection, index) -> complete(
                        connection
                                .download(path(type, payload.name(index % payload.count())), Optional.empty())
                                .bytes(),
                        payload.sizeBytes()));
    }

    /** Reads so many ranges at places that the seed decides. */
    public Timing ranges(String type, Payload payload, int count, int lengthBytes, long seed)
            throws IOException, InterruptedException {
        return run(count, (connection, index) -> {
            Random random = new Random(seed + index);
            int object = random.nextInt(payload.count());
            long from = random.nextInt(payload.sizeBytes() - lengthBytes + 1);
            return complete(
                    connection
                            .download(
                                    path(type, payload.name(object)),
                                    Optional.of(new Connection.Range(from, from + lengthBytes - 1)))
                            .bytes(),
                    lengthBytes);
        });
    }

    private static long complete(long bytes, long expected) throws IOException {
        if (bytes != expected) {
            throw new IOException("%d bytes came in place of %d".formatted(bytes, expected));
        }
        return bytes;
    }

    /** Reads every object and compares its SHA-256 with its name. */
    public Timing verify(String type, Payload payload) throws IOException, InterruptedException {
        return run(payload.count(), (connection, index) -> {
            var digest = Payload.digest();
            long bytes = connection
                    .download(path(type, payload.name(index)), Optional.empty(), digest::update)
                    .bytes();
            if (!HexFormat.of().formatHex(digest.digest()).equals(payload.name(index))) {
                throw new IOException("%s has other content".formatted(payload.name(index)));
            }
            return bytes;
        });
    }

    private String path(String type, String name) {
        return objects.getRawPath() + type + "/" + name;
    }

    private interface Request {
        long run(Connection connection, int index) throws IOException;
    }

    private Timing run(int count, Request request) throws IOException, InterruptedException {
        List<Connection> open = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            for (int i = 0; i < connections; i++) {
                open.add(Connection.open(objects, serving.authorization()));
            }
            AtomicInteger next = new AtomicInteger();
            long[] nanos = new long[count];
            long[] bytes = new long[count];
            long begin = System.nanoTime();
            List<Callable<Boolean>> workers = new ArrayList<>();
            for (Connection connection : open) {
                workers.add(() -> {
                    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                        long before = System.nanoTime();
                        bytes[i] = request.run(connection, i);
                        nanos[i] = System.nanoTime() - before;
                    }
                    return true;
                });
            }
            List<Future<Boolean>> ended = threads.invokeAll(workers);
            long took = System.nanoTime() - begin;
            for (Future<Boolean> worker : ended) {
                worker.get();
            }
            return new Timing(took, nanos, Arrays.stream(bytes).sum());
        } catch (ExecutionException e) {
            throw new IOException("a request failed", e.getCause());
        } finally {
            for (Connection connection : open) {
                connection.close();
            }
        }
    }
}
