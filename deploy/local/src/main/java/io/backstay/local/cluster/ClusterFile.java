package io.backstay.local.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backstay.local.files.AtomicFile;
import io.backstay.local.node.NodeProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code cluster.json}: where everything is, for scripts and tests. Replaced atomically whenever something in it changes, and
 * readable for its owner only, since the servers' addresses carry their passwords. A node that does not run has no
 * {@code pid}, one that never ran has no {@code id}: both are {@code null}.
 */
final class ClusterFile {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path file;
    private String written = "";

    ClusterFile(Path file) {
        this.file = file;
    }

    synchronized void write(List<NodeStatus> nodes, Servers servers, Path adminPassword) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        for (NodeStatus node : nodes) {
            ObjectNode entry = root.withArray("nodes").addObject();
            entry.put("name", node.name());
            entry.put("id", node.id().orElse(null));
            entry.put("pid", node.pid().isPresent() ? (Long) node.pid().getAsLong() : null);
            node.roles().forEach(entry.putArray("roles")::add);
            entry.put("http", node.http());
            entry.put("management", node.management());
            entry.put("data", node.data().toString());
        }
        root.put("postgres", servers.postgres().url());
        root.put("redis", servers.redis().url());
        root.putObject("admin").put("user", NodeProbe.ADMIN).put("passwordFile", adminPassword.toString());
        String content = JSON.writeValueAsString(root) + "\n";
        if (!content.equals(written)) {
            AtomicFile.write(file, content);
            written = content;
        }
    }
}
