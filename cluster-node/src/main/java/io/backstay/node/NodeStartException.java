package io.backstay.node;

/** A node that cannot start; the message says why and what to do. Starting again helps only once that was done. */
public final class NodeStartException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean inConfiguration;

    NodeStartException(String message, boolean inConfiguration, Throwable cause) {
        super(message, cause);
        this.inConfiguration = inConfiguration;
    }

    NodeStartException(String message, boolean inConfiguration) {
        super(message);
        this.inConfiguration = inConfiguration;
    }

    /** Whether the configuration has to change. */
    public boolean inConfiguration() {
        return inConfiguration;
    }
}
