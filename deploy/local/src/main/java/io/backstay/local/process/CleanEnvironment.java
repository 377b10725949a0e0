package io.backstay.local.process;

import java.util.List;
import java.util.Set;

/** The launcher's own environment without what would configure a node, and so all nodes alike. */
public final class CleanEnvironment {
    private static final String NODE_PREFIX = "BACKSTAY_";
    private static final Set<String> OF_SCRIPTS = Set.of("BACKSTAY_JVM_FOLDERS");

    private CleanEnvironment() {}

    /** A builder for the command. */
    public static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.startsWith(NODE_PREFIX) && !OF_SCRIPTS.contains(variable));
        return builder;
    }
}
