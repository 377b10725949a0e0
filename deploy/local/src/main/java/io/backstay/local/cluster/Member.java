package io.backstay.local.cluster;

import io.backstay.local.node.NodeProgram;
import io.backstay.local.process.Supervised;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A node with its process. */
record Member(NodeProgram node, Supervised process) {
    String name() {
        return process.name();
    }

    NodeStatus status() {
        try {
            return new NodeStatus(
                    name(),
                    node.id(),
                    process.state(),
                    process.pid(),
                    node.node().roles(),
                    node.http(),
                    node.management(),
                    node.data(),
                    process.program().log(),
                    process.deaths());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
