package io.backstay.manager.journal;

import io.backstay.manager.state.ManagerEvent;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.util.Arrays;

/**
 * The logical names under which events are stored, with the newest version of each. To change an event's components: raise
 * its version here, add a reader for the old one in {@link EntryFormat}, and a golden file for the new one.
 */
enum EventType {
    CLUSTER_CREATED("cluster-created", 1, ManagerEvent.ClusterCreated.class),
    STATE_ADOPTED("state-adopted", 1, ManagerEvent.StateAdopted.class),
    MANAGER_ACTIVATED("manager-activated", 1, ManagerEvent.ManagerActivated.class),
    NODE_ADMITTED("node-admitted", 1, ManagerEvent.NodeAdmitted.class),
    NODE_CHANGED("node-changed", 1, ManagerEvent.NodeChanged.class),
    NODE_REMOVED("node-removed", 1, ManagerEvent.NodeRemoved.class),
    JOIN_TOKEN_CREATED("join-token-created", 1, ManagerEvent.JoinTokenCreated.class),
    JOIN_TOKEN_REVOKED("join-token-revoked", 1, ManagerEvent.JoinTokenRevoked.class),
    USER_CREATED("user-created", 1, ManagerEvent.UserCreated.class),
    USER_CHANGED("user-changed", 1, ManagerEvent.UserChanged.class),
    PASSWORD_CHANGED("password-changed", 1, ManagerEvent.PasswordChanged.class),
    SESSIONS_ENDED("sessions-ended", 1, ManagerEvent.SessionsEnded.class),
    USER_DELETED("user-deleted", 1, ManagerEvent.UserDeleted.class),
    REPOSITORY_CREATED("repository-created", 1, ManagerEvent.RepositoryCreated.class),
    REPOSITORY_CHANGED("repository-changed", 1, ManagerEvent.RepositoryChanged.class),
    GRANTS_CHANGED("grants-changed", 1, ManagerEvent.GrantsChanged.class),
    REPOSITORY_DELETED("repository-deleted", 1, ManagerEvent.RepositoryDeleted.class),
    TOKEN_CREATED("token-created", 1, ManagerEvent.TokenCreated.class),
    TOKEN_REVOKED("token-revoked", 1, ManagerEvent.TokenRevoked.class);

    private final String text;
    private final int version;
    private final Class<? extends ManagerEvent> event;

    EventType(String text, int version, Class<? extends ManagerEvent> event) {
        this.text = text;
        this.version = version;
        this.event = event;
    }

    String text() {
        return text;
    }

    int version() {
        return version;
    }

    Class<? extends ManagerEvent> event() {
        return event;
    }

    String manifest() {
        return text + "/" + version;
    }

    static EventType of(ManagerEvent event) {
        return Arrays.stream(values())
                .filter(type -> type.event == event.getClass())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(event.getClass() + " has no logical name"));
    }

    static EventType ofText(String text) {
        return Arrays.stream(values())
                .filter(type -> type.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new BackstayException(
                        ErrorCode.DAMAGED,
                        "the journal has an event of the unknown type '%s'; it may be a later program's"
                                .formatted(text)));
    }
}
