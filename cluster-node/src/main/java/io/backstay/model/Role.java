package io.backstay.model;

import java.util.Locale;
import java.util.Optional;

/** What a node can be; any combination. */
public enum Role {
    CLUSTER_MANAGER,
    BACKUP_MANAGER,
    BACKUP_STORAGE;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name in configuration, the API and Pekko's member roles, as {@code backup-storage}. */
    public String text() {
        return text;
    }

    /** The role of that name. */
    public static Optional<Role> ofText(String text) {
        for (Role role : values()) {
            if (role.text.equals(text)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
