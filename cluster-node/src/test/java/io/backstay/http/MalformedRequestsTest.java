package io.backstay.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.restic.ResticClient;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Thousands of requests that are wrong, on several connections at once, with good credentials, bad ones and none. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
class MalformedRequestsTest {
    private static final int REQUESTS = Integer.getInteger("backstay.malformed", 10_000);
    private static final int AT_ONCE = 8;
    private static final int GOOD_EVERY = 200;
    private static final long HEAP_BYTES = 24L << 20;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final RunningNode node;
    private final String repository;
    private final String token;
    private final List<String> credentials;
    private final List<String> operations = new ArrayList<>();
    private final byte[] content = "a whole object".repeat(10_000).getBytes(StandardCharsets.UTF_8);

    MalformedRequestsTest(RunningNode node) {
        this.node = node;
        People people = new People(node);
        People.Person owner = people.user("user");
        this.repository = node.freshName("repo");
        this.token = people.token(owner, people.repository(owner, repository), "full")
                .authorization();
        this.credentials = List.of(token, owner.authorization(), "Bearer bss_none");
        operations.addAll(Contract.LOADED.operations().keySet());
        for (String method : List.of("GET", "HEAD", "POST", "DELETE")) {
            for (String path : List.of("?create=true", "config", "data/", "data/" + Garbage.HEX, "locks/")) {
                operations.add(method + " /restic/{repository-name}/" + path);
            }
        }
    }

    @Test
    void makeNoErrorKeepNothingAndHinderNobody() throws Exception {
        long seed = Long.getLong("backstay.seed", System.nanoTime());
        System.out.println("Seed of the malformed requests (-Dbackstay.seed=): " + seed);
        Map<Integer, Integer> statuses = new TreeMap<>();
        send(seed + 1_000_000, REQUESTS / 10, statuses);
        statuses.clear();
        AtomicReference<Footprint> last = new AtomicReference<>();
        awaitFootprint("the connections before have ended", last, Footprint::quiet);
        Footprint before = last.get();
        List<String> staged = node.stagedFiles();
        send(seed, REQUESTS, statuses);
        // Idle threads of pools, and timers for requests, end within two minutes.
        awaitFootprint(
                "nothing has stayed since " + before,
                last,
                now -> now.within(before, HEAP_BYTES, AT_ONCE)
                        && node.stagedFiles().equals(staged));
        System.out.println("%d malformed requests: answers %s%nbefore %s%nafter  %s"
                .formatted(REQUESTS, statuses, before, last.get()));
        new ResticClient(node, repository, token).storesAndReadsBack(content);
    }

    private void awaitFootprint(String what, AtomicReference<Footprint> last, Predicate<Footprint> condition) {
        try {
            RunningNode.await(what, LIMIT, () -> {
                last.set(footprint());
                return condition.test(last.get());
            });
        } catch (AssertionError e) {
            throw new AssertionError("at the end " + last.get() + ", staged " + node.stagedFiles(), e);
        }
    }

    private Footprint footprint() {
        try {
            return Footprint.of(node.pid());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void send(long seed, int requests, Map<Integer, Integer> statuses) throws Exception {
        try (ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Callable<Map<Integer, Integer>>> work = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                long own = seed + i;
                work.add(() -> sendSome(own, requests / AT_ONCE));
            }
            for (Future<Map<Integer, Integer>> done : senders.invokeAll(work)) {
                done.get().forEach((status, count) -> statuses.merge(status, count, Integer::sum));
            }
        } catch (ExecutionException e) {
            throw new AssertionError("seed " + seed + ": " + e.getCause(), e.getCause());
        }
    }

    private Map<Integer, Integer> sendSome(long seed, int requests) throws IOException {
        Garbage garbage = new Garbage(seed, operations, repository, credentials);
        Map<Integer, Integer> statuses = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            byte[] request = garbage.next();
            String what =
                    "seed %d, request %d: %s".formatted(seed, i, new String(request, StandardCharsets.ISO_8859_1));
            for (Answer answer : answers(request, i % 16 == 0, what)) {
                statuses.merge(answer.status(), 1, Integer::sum);
                assertThat(answer.status() < 500 || answer.status() == 503)
                        .as("%s: %s", answer, what)
                        .isTrue();
            }
            if (i % GOOD_EVERY == 0) {
                try (Wire wire = Wire.to(node)) {
                    wire.head("GET /restic/" + repository + "/keys/", "Authorization: " + token);
                    assertThat(wire.answer().orElseThrow().status())
                            .as("after %s", what)
                            .isEqualTo(200);
                }
            }
        }
        return statuses;
    }

    /** Everything that comes back until the connection ends; nothing where it is broken off. */
    private List<Answer> answers(byte[] request, boolean reset, String what) throws IOException {
        List<Answer> answers = new ArrayList<>();
        try (Wire wire = Wire.to(node)) {
            wire.send(request);
            if (reset) {
                wire.reset();
                return answers;
            }
            wire.endSending();
            // What answers to HEAD look like depends on what the node took for a method.
            if (new String(request, StandardCharsets.ISO_8859_1).contains("HEAD")) {
                statuses(wire.all()).forEach(status -> answers.add(new Answer(status, Map.of(), new byte[0])));
                return answers;
            }
            for (Optional<Answer> next = wire.answer(); next.isPresent(); next = wire.answer()) {
                if (next.get().status() >= 400) {
                    Contract.checkProblem(next.get() + " to " + what, "GET", next.get());
                }
                answers.add(next.get());
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection stays open after " + what, e);
        } catch (SocketException e) {
            return answers;
        } catch (IOException e) {
            throw new AssertionError("an answer is no HTTP, after %s, to %s".formatted(answers, what), e);
        }
        return answers;
    }

    private static List<Integer> statuses(byte[] all) {
        List<Integer> statuses = new ArrayList<>();
        for (String part : new String(all, StandardCharsets.ISO_8859_1).split("HTTP/1\\.1 ", -1)) {
            if (part.matches("(?s)\\d{3} .*")) {
                statuses.add(Integer.parseInt(part.substring(0, 3)));
            }
        }
        return statuses;
    }
}
