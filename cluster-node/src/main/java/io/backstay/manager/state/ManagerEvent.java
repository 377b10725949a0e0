package io.backstay.manager.state;

import io.backstay.model.ClusterId;
import io.backstay.model.JoinTokenId;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.Role;
import io.backstay.model.Sha256;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What happened to the cluster. When and by whose doing stands beside it, in {@link JournalEntry}. Each is stored for ever
 * under a logical name and a version: a change of a record's components is a new version with a reader for the old one (see
 * {@code manager.journal}). Secrets are hashes, or sealed under the master key.
 */
public sealed interface ManagerEvent {
    /** The cluster began. */
    record ClusterCreated(
            ClusterId id,
            Instant created,
            String authorityCertificate,
            String sealedAuthorityKey,
            String sealedTransferKey,
            String sealedSessionKey)
            implements ManagerEvent {
        @Override
        public String toString() {
            return "ClusterCreated[id=%s]".formatted(id);
        }
    }

    /**
     * The journal had lost what the mirror still had: all that was known is the mirror's state from here on.
     *
     * @param generation one more than the state's own
     */
    record StateAdopted(long generation, ManagerState state) implements ManagerEvent {
        @Override
        public String toString() {
            return "StateAdopted[generation=%d, revision=%d]"
                    .formatted(generation, state.head().revision());
        }
    }

    /** A node became the manager. */
    record ManagerActivated(long epoch, NodeId node, UUID incarnation) implements ManagerEvent {}

    /**
     * A node came into the cluster.
     *
     * @param certificate SHA-256 fingerprint of its certificate
     * @param publicKey SHA-256 of its public key's encoded form
     * @param joinToken the token that it used, none for founders
     */
    record NodeAdmitted(
            NodeId id,
            NodeName name,
            Set<Role> roles,
            String zone,
            String http,
            String internal,
            Sha256 certificate,
            Sha256 publicKey,
            Optional<JoinTokenId> joinToken)
            implements ManagerEvent {
        /** Sorts the roles. */
        public NodeAdmitted {
            roles = Sorted.set(roles);
        }
    }

    /** A node told of itself what is new, or has a new certificate for its key. */
    record NodeChanged(
            NodeId id, NodeName name, Set<Role> roles, String zone, String http, String internal, Sha256 certificate)
            implements ManagerEvent {
        /** Sorts the roles. */
        public NodeChanged {
            roles = Sorted.set(roles);
        }
    }

    /** A node was removed for good. */
    record NodeRemoved(NodeId id) implements ManagerEvent {}

    /** A join token was made. */
    record JoinTokenCreated(JoinTokenId id, Sha256 hash, String label, Instant expires, int uses)
            implements ManagerEvent {}

    /** A join token was ended. */
    record JoinTokenRevoked(JoinTokenId id) implements ManagerEvent {}

    /** A user was made. */
    record UserCreated(UserId id, UserName name, UserRole role, String passwordHash) implements ManagerEvent {
        @Override
        public String toString() {
            return "UserCreated[id=%s, name=%s, role=%s]".formatted(id, name, role);
        }
    }

    /** A user's role or state became another; disabling ended the sessions. */
    record UserChanged(UserId id, UserRole role, boolean disabled) implements ManagerEvent {}

    /** A user has another password; the sessions ended. */
    record PasswordChanged(UserId id, String passwordHash) implements ManagerEvent {
        @Override
        public String toString() {
            return "PasswordChanged[id=%s]".formatted(id);
        }
    }

    /** All of a user's sessions ended. */
    record SessionsEnded(UserId id) implements ManagerEvent {}

    /** A user is gone, with tokens and grants. */
    record UserDeleted(UserId id) implements ManagerEvent {}

    /** A repository was made. */
    record RepositoryCreated(RepositoryId id, RepositoryName name, UserId owner, int replicas, Duration trashGrace)
            implements ManagerEvent {}

    /** A repository's name, owner or policy became another; a new owner's grant went. */
    record RepositoryChanged(RepositoryId id, RepositoryName name, UserId owner, int replicas, Duration trashGrace)
            implements ManagerEvent {}

    /** A repository has these grants and no others. */
    record GrantsChanged(RepositoryId id, Map<UserId, Permission> grants) implements ManagerEvent {
        /** Sorts the grants. */
        public GrantsChanged {
            grants = Sorted.map(grants);
        }
    }

    /** A repository is gone, with its grants and tokens. */
    record RepositoryDeleted(RepositoryId id) implements ManagerEvent {}

    /** An application token was made. */
    record TokenCreated(
            TokenId id,
            String name,
            UserId owner,
            RepositoryId repository,
            Permission permission,
            Sha256 secretHash,
            Optional<Instant> expires)
            implements ManagerEvent {}

    /** An application token was ended. */
    record TokenRevoked(TokenId id) implements ManagerEvent {}
}
