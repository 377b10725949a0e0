package io.backstay.local.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backstay.local.files.AtomicFile;
import io.backstay.local.process.Program;
import io.backstay.local.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node's folder and command.
 *
 * @param folder holds its {@code node.conf}, its log and its data
 * @param httpPort its port for users
 */
public record NodeProgram(PlannedNode node, Path folder, int httpPort) {
    private static final String HOST = "127.0.0.1";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What all nodes of a cluster share.
     *
     * @param authority the folder of {@code backstay cluster init}
     * @param contactPoints management addresses of the founders
     * @param joinAddresses where one that joins asks to be let in
     */
    public record Shared(
            Path authority,
            Path adminPassword,
            String postgresUrl,
            Path postgresPassword,
            String redisUrl,
            Path redisPassword,
            List<String> contactPoints,
            List<String> joinAddresses) {}

    /** Writes its configuration: JSON, which HOCON includes. */
    public void configure(Shared shared) throws IOException {
        Files.createDirectories(folder);
        AtomicFile.write(
                configuration(),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(configurationOf(shared)) + "\n");
    }

    private ObjectNode configurationOf(Shared shared) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode all = root.putObject("backstay");
        ObjectNode self = all.putObject("node").put("name", node.name()).put("data", data().toString());
        node.roles().forEach(self.putArray("roles")::add);
        all.putObject("http").put("host", HOST).put("port", httpPort);
        all.putObject("internal").put("host", HOST).put("port", node.internalPort());
        all.putObject("management").put("host", HOST).put("port", node.managementPort());
        ObjectNode cluster = all.putObject("cluster")
                .put("host", HOST)
                .put("port", node.clusterPort())
                .put("found", node.founder())
                .put("master-key-file", shared.authority().resolve("master.key").toString());
        shared.contactPoints().forEach(cluster.putArray("contact-points")::add);
        if (node.founder()) {
            cluster.put("authority", shared.authority().toString());
            all.putObject("admin").put("password-file", shared.adminPassword().toString());
        } else {
            cluster.put(
                    "join-token-file", shared.authority().resolve("join-token").toString());
            shared.joinAddresses().forEach(cluster.putArray("join-addresses")::add);
        }
        all.putObject("postgres")
                .put("url", shared.postgresUrl())
                .put("password-file", shared.postgresPassword().toString());
        all.putObject("redis")
                .put("url", shared.redisUrl())
                .put("password-file", shared.redisPassword().toString());
        return root;
    }

    /**
     * What to run.
     *
     * @param home the folder with {@code bin/backstay}
     */
    public Program program(Path home, List<String> javaOptions) {
        return new Program(
                node.name(),
                folder,
                List.of(
                        home.resolve("bin/backstay").toString(),
                        "node",
                        "--config",
                        configuration().toString()),
                Map.of("JAVA_OPTS", String.join(" ", javaOptions)),
                Signal.TERM);
    }

    /** Its id, which it gives itself at its first start; none before. */
    public Optional<String> id() throws IOException {
        Path file = data().resolve("identity/node-id");
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    /** The folder that makes it the node it is. */
    public Path data() {
        return folder.resolve("data");
    }

    /** Its address for users. */
    public String http() {
        return "http://" + HOST + ":" + httpPort;
    }

    /** The address of its management, as it stands among the contact points. */
    public String contactPoint() {
        return HOST + ":" + node.managementPort();
    }

    /** Where it tells whether it is ready. */
    public String management() {
        return "http://" + contactPoint();
    }

    private Path configuration() {
        return folder.resolve("node.conf");
    }
}
