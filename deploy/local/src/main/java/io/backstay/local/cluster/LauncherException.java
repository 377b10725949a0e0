package io.backstay.local.cluster;

import java.util.List;

/** What keeps the launcher from doing what was asked; the message says what to do. */
public final class LauncherException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> details;

    /** A sentence for people. */
    public LauncherException(String message) {
        this(message, List.of());
    }

    /** A sentence for people, and lines that explain it, such as the end of a log. */
    public LauncherException(String message, List<String> details) {
        super(message);
        this.details = List.copyOf(details);
    }

    /** Lines that explain it. */
    public List<String> details() {
        return details;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
