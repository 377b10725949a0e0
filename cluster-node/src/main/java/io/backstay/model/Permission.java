package io.backstay.model;

import java.util.Locale;

/**
 * What a credential may do in a repository, each including the one before: read; append (also write new objects, and
 * delete locks, as rest-server's append-only mode); full (also delete).
 */
public enum Permission {
    READ,
    APPEND,
    FULL;

    /** Whether this permission includes the other. */
    public boolean allows(Permission needed) {
        return compareTo(needed) >= 0;
    }

    /** The lesser of two. */
    public Permission atMost(Permission other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /** The lower-case name, as in the API. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
