package io.backstay.bench;

import io.backstay.bench.contender.Backstay;
import io.backstay.bench.contender.Contender;
import io.backstay.bench.contender.Nginx;
import io.backstay.bench.contender.RestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that several benchmarks have. */
@SuppressWarnings("NullAway.Init") // set by picocli, each has a default
final class Common {
    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds, in each of which every contender has one turn, in another order (default: 5).")
    int rounds;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            defaultValue = "${sys:backstay.bench.work:-work}",
            description = "Where all data goes, the same disk for all (default: ${DEFAULT-VALUE}).")
    Path work;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "19000",
            description = "The first of 100 ports that contenders use (default: ${DEFAULT-VALUE}).")
    int port;

    @Option(names = "--nginx", paramLabel = "FILE", defaultValue = "nginx", description = "The program.")
    String nginx;

    @Option(names = "--rest-server", paramLabel = "FILE", defaultValue = "rest-server", description = "The program.")
    String restServer;

    @Option(
            names = "--java-options",
            paramLabel = "OPTIONS",
            defaultValue = "-Xmx384m",
            description = "For each node, as deploy/local/up has them (default: ${DEFAULT-VALUE}).")
    String javaOptions;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Only contenders whose name contains one of these.")
    List<String> only = List.of();

    static final String HELP = "Shows this help.";

    Path home() {
        return Path.of(System.getProperty("backstay.home", "cluster-node/target/backstay"));
    }

    Path folder(String name) throws IOException {
        return Files.createDirectories(work.toAbsolutePath().normalize()).resolve(name);
    }

    Nginx nginx() {
        return new Nginx(nginx, port + 80);
    }

    RestServer restServer() {
        return new RestServer(restServer, port + 81);
    }

    Backstay backstay(int nodes) {
        return new Backstay(home(), nodes, port + 10 * nodes, List.of(javaOptions.split(" ", -1)), text -> {});
    }

    /** Who has a turn in this round, in its order. */
    List<Contender> turns(List<Contender> all, int round) {
        List<Contender> turns = new ArrayList<>(all.stream()
                .filter(contender -> only.isEmpty()
                        || only.stream().anyMatch(part -> contender.name().contains(part)))
                .toList());
        Collections.rotate(turns, -round);
        if (round % 2 == 1) {
            Collections.reverse(turns);
        }
        return turns;
    }

    static void say(String text) {
        System.err.println(text);
    }
}
