package io.backstay.local.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.backstay.local.files.AtomicFile;
import io.backstay.local.node.PlannedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What was decided once for a data folder, kept in its {@code launcher.json}. A start on the same folder keeps the ports that
 * are free. Immutable.
 *
 * @param httpPort node i listens for users on this port + i − 1
 */
record Plan(int format, int httpPort, int postgresPort, int redisPort, List<PlannedNode> nodes) {
    private static final int DEFAULT_NODES = 3;
    static final int DEFAULT_HTTP_PORT = 8420;
    private static final int FORMAT = 1;
    private static final int MOST_FOUNDERS = 3;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    Plan {
        nodes = List.copyOf(nodes);
    }

    /** A new one. */
    static Plan create(OptionalInt nodes, OptionalInt httpPort, Ports ports) {
        Plan plan = new Plan(FORMAT, httpPort.orElse(DEFAULT_HTTP_PORT), ports.free(), ports.free(), List.of());
        for (int number = 1; number <= nodes.orElse(DEFAULT_NODES); number++) {
            plan = plan.with(PlannedNode.name(number), PlannedNode.ALL_ROLES, number <= MOST_FOUNDERS, ports);
        }
        return plan;
    }

    /** The one in the file, where there is one. */
    static Optional<Plan> read(Path file) throws IOException, LauncherException {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            Plan plan = JSON.readValue(file.toFile(), Plan.class);
            if (plan.format() != FORMAT) {
                throw new LauncherException(
                        "%s is of another version of the launcher; --fresh begins anew".formatted(file));
            }
            return Optional.of(plan);
        } catch (JsonProcessingException e) {
            throw new LauncherException(
                    "%s cannot be read (%s); --fresh begins anew".formatted(file, e.getOriginalMessage()));
        }
    }

    void write(Path file) throws IOException {
        AtomicFile.write(file, JSON.writeValueAsString(this) + "\n");
    }

    /** With further nodes and another port, where they are asked for, and with other ports in place of those that are taken. */
    Plan renewed(OptionalInt wanted, OptionalInt otherHttpPort, Ports ports) throws LauncherException {
        if (wanted.isPresent() && wanted.getAsInt() < nodes.size()) {
            throw new LauncherException(
                    "the folder's cluster has %d nodes; --nodes %d takes none away: --fresh begins anew"
                            .formatted(nodes.size(), wanted.getAsInt()));
        }
        Plan plan = new Plan(
                FORMAT,
                otherHttpPort.orElse(httpPort),
                ports.keptOrFree(postgresPort),
                ports.keptOrFree(redisPort),
                nodes.stream()
                        .map(node -> new PlannedNode(
                                node.name(),
                                node.roles(),
                                node.founder(),
                                ports.keptOrFree(node.internalPort()),
                                ports.keptOrFree(node.clusterPort()),
                                ports.keptOrFree(node.managementPort())))
                        .toList());
        while (plan.nodes().size() < wanted.orElse(0)) {
            plan = plan.with(plan.nextName(), PlannedNode.ALL_ROLES, false, ports);
        }
        return plan;
    }

    /** With one node more. */
    Plan with(String name, List<String> roles, boolean founder, Ports ports) {
        List<PlannedNode> more = new ArrayList<>(nodes);
        more.add(new PlannedNode(name, roles, founder, ports.free(), ports.free(), ports.free()));
        return new Plan(format, httpPort, postgresPort, redisPort, more);
    }

    /** The first free name. */
    String nextName() {
        return IntStream.iterate(1, number -> number + 1)
                .mapToObj(PlannedNode::name)
                .filter(name -> nodes.stream().noneMatch(node -> node.name().equals(name)))
                .findFirst()
                .orElseThrow();
    }
}
