package io.backstay.node.config;

import java.util.List;

/** A configuration that no node can start with; holds every problem, each a sentence that says what to do. No secrets. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigurationException(List<String> problems) {
        super(problems.size() + (problems.size() == 1 ? " problem" : " problems") + " in the configuration: "
                + String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** The problems, in the order of the keys. */
    public List<String> problems() {
        return problems;
    }
}
