package io.backstay.model;

import java.util.Locale;

/** What a user may do in the cluster: everything; nodes and repositories but no users; own repositories only. */
public enum UserRole {
    ADMIN,
    OPERATOR,
    USER;

    /** The lower-case name, as in the API. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
