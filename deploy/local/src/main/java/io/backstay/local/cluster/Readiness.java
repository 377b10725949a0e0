package io.backstay.local.cluster;

import io.backstay.local.node.NodeProbe;
import io.backstay.local.node.NodeProgram;
import io.backstay.local.process.LogTail;
import io.backstay.local.process.Service;
import io.backstay.local.process.Supervised;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Waits until servers and nodes do their work, and says so; gives up on what dies again and again. */
final class Readiness {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration SIGN_IN_REFUSED = Duration.ofSeconds(15);
    private static final String TOO_LATE = "was not ready after %d s".formatted(LIMIT.toSeconds());
    private static final int MOST_DEATHS = 3;
    private static final int LOG_LINES = 20;

    private final NodeProbe probe;
    private final Consumer<String> progress;

    Readiness(NodeProbe probe, Consumer<String> progress) {
        this.probe = probe;
        this.progress = progress;
    }

    /** Waits until the server answers. */
    void await(Service service, Supervised process) throws LauncherException, InterruptedException {
        int before = process.deaths();
        boolean held = Await.until(LIMIT, () -> {
            refuseDead(process, before);
            return service.answers();
        });
        if (!held) {
            throw failure(process, TOO_LATE);
        }
    }

    /** Waits until the nodes are up in the cluster. */
    void await(List<Member> members) throws LauncherException, InterruptedException {
        Instant began = Instant.now();
        Map<Member, Integer> before = new HashMap<>();
        members.forEach(member -> before.put(member, member.process().deaths()));
        List<Member> missing = new ArrayList<>(members);
        progress.accept(
                "waiting for %s …".formatted(members.stream().map(Member::name).collect(Collectors.joining(", "))));
        boolean held = Await.until(LIMIT, () -> {
            for (Member member : List.copyOf(missing)) {
                if (probe.ready(member.node())) {
                    progress.accept("%s is ready after %d s"
                            .formatted(
                                    member.name(),
                                    Duration.between(began, Instant.now()).toSeconds()));
                    missing.remove(member);
                } else {
                    refuseDead(member.process(), before.getOrDefault(member, 0));
                }
            }
            return missing.isEmpty();
        });
        if (!held) {
            throw failure(missing.getFirst().process(), TOO_LATE);
        }
    }

    private static void refuseDead(Supervised process, int deathsBefore) throws LauncherException {
        int deaths = process.deaths() - deathsBefore;
        if (deaths >= MOST_DEATHS || process.state() == Supervised.State.STOPPED) {
            throw failure(process, deaths > 1 ? "died %d times".formatted(deaths) : "ended");
        }
    }

    private static LauncherException failure(Supervised process, String what) {
        String message = "%s %s; the end of %s:"
                .formatted(process.name(), what, process.program().log());
        try {
            return new LauncherException(message, LogTail.read(process.program().log(), LOG_LINES));
        } catch (IOException e) {
            return new LauncherException(message, List.of("it cannot be read: " + e.getMessage()));
        }
    }

    /** Waits until nodes name a manager; none where the launcher may not ask. */
    Optional<String> awaitManager(List<NodeProgram> nodes) throws LauncherException, InterruptedException {
        Instant began = Instant.now();
        String[] manager = {""};
        progress.accept("waiting for a manager …");
        boolean held = Await.until(LIMIT, () -> {
            for (NodeProgram node : nodes) {
                switch (probe.manager(node)) {
                    case NodeProbe.Manager.Named named -> {
                        manager[0] = named.node();
                        return true;
                    }
                    case NodeProbe.Manager.NotAllowed ignored -> {
                        if (Duration.between(began, Instant.now()).compareTo(SIGN_IN_REFUSED) > 0) {
                            progress.accept(
                                    "the admin has another password than at the beginning: who manages is not known"
                                            + " here");
                            return true;
                        }
                    }
                    case NodeProbe.Manager.Unknown ignored -> {}
                }
            }
            return false;
        });
        if (!held) {
            throw new LauncherException(
                    "no node named a manager after %d s; see the nodes' logs".formatted(LIMIT.toSeconds()));
        }
        return Optional.of(manager[0]).filter(name -> !name.isEmpty());
    }
}
