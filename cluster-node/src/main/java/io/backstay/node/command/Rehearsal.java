package io.backstay.node.command;

import io.backstay.cluster.identity.ClusterFolder;
import io.backstay.node.Node;
import io.backstay.node.NodeStartException;
import io.backstay.node.config.ConfigurationException;
import io.backstay.node.config.ConfigurationReader;
import io.backstay.node.config.NodeConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node that starts alone in an empty folder, on free ports of loopback and without databases, answers a few requests, stores
 * some objects and ends: what the JVM loads then goes into the cache of loaded classes that {@code bin/prepare-start} makes.
 */
final class Rehearsal {
    private Rehearsal() {}

    /** Starts the node; returns once it has answered. It ends with the process. */
    static void run(Path folder) throws IOException, ConfigurationException, NodeStartException, InterruptedException {
        Path authority = folder.resolve("cluster");
        ClusterFolder.create(authority, Clock.systemUTC(), new SecureRandom());
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        List<Integer> ports = freePorts(4);
        NodeConfiguration configuration = ConfigurationReader.read(
                Optional.empty(),
                Map.ofEntries(
                        Map.entry("BACKSTAY_NODE_NAME", "rehearsal"),
                        Map.entry("BACKSTAY_NODE_DATA", folder.resolve("node").toString()),
                        Map.entry("BACKSTAY_HTTP_HOST", host),
                        Map.entry("BACKSTAY_HTTP_PORT", ports.get(0).toString()),
                        Map.entry("BACKSTAY_INTERNAL_HOST", host),
                        Map.entry("BACKSTAY_INTERNAL_PORT", ports.get(1).toString()),
                        Map.entry("BACKSTAY_CLUSTER_HOST", host),
                        Map.entry("BACKSTAY_CLUSTER_PORT", ports.get(2).toString()),
                        Map.entry("BACKSTAY_CLUSTER_FOUND", "true"),
                        Map.entry("BACKSTAY_CLUSTER_AUTHORITY", authority.toString()),
                        Map.entry("BACKSTAY_MANAGEMENT_PORT", ports.get(3).toString()),
                        // Nobody listens there: a rehearsal writes to no database.
                        Map.entry("BACKSTAY_POSTGRES_URL", "jdbc:postgresql://" + host + ":1/rehearsal")));
        Node.start(configuration);
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : List.of("/api/v1/openapi.yaml", "/api/v1/cluster", "/restic/rehearsal/config")) {
                client.send(
                        HttpRequest.newBuilder(URI.create("http://" + host + ":" + ports.get(0) + path))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
            }
        }
        RehearsedLoad.run(folder.resolve("objects"), URI.create("http://" + host + ":" + ports.get(0)));
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> open = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return open.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : open) {
                socket.close();
            }
        }
    }
}
