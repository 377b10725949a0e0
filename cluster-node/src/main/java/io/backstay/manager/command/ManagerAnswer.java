package io.backstay.manager.command;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.backstay.model.ClusterId;
import io.backstay.model.JoinTokenId;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.Role;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the manager tells of its state. {@code version} is what a later change may expect: it grows with each change of the
 * thing. No answer holds a password, a secret or a hash of one.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ManagerAnswer.Done.class, name = "done"),
    @JsonSubTypes.Type(value = ManagerAnswer.ClusterInfo.class, name = "cluster"),
    @JsonSubTypes.Type(value = ManagerAnswer.NodeInfo.class, name = "node"),
    @JsonSubTypes.Type(value = ManagerAnswer.NodeJoined.class, name = "node-joined"),
    @JsonSubTypes.Type(value = ManagerAnswer.JoinTokenInfo.class, name = "join-token"),
    @JsonSubTypes.Type(value = ManagerAnswer.JoinTokens.class, name = "join-tokens"),
    @JsonSubTypes.Type(value = ManagerAnswer.UserInfo.class, name = "user"),
    @JsonSubTypes.Type(value = ManagerAnswer.Users.class, name = "users"),
    @JsonSubTypes.Type(value = ManagerAnswer.RepositoryInfo.class, name = "repository"),
    @JsonSubTypes.Type(value = ManagerAnswer.Repositories.class, name = "repositories"),
    @JsonSubTypes.Type(value = ManagerAnswer.TokenInfo.class, name = "token"),
    @JsonSubTypes.Type(value = ManagerAnswer.Tokens.class, name = "tokens")
})
public sealed interface ManagerAnswer {
    /** It is done; there is nothing to tell. */
    record Done() implements ManagerAnswer {}

    /**
     * The cluster as a whole.
     *
     * @param nodes sorted by name, the removed ones too
     * @param managers who was manager since when, the oldest that is remembered first; the last one is the manager
     */
    record ClusterInfo(ClusterId id, Instant created, List<NodeInfo> nodes, List<ManagerTerm> managers)
            implements ManagerAnswer {
        /** Copies the lists. */
        public ClusterInfo {
            nodes = List.copyOf(nodes);
            managers = List.copyOf(managers);
        }
    }

    /**
     * A node's time as the manager; it lasted until the next one's began.
     *
     * @param epoch grows by one with each activation
     */
    record ManagerTerm(long epoch, NodeId node, Instant since) {}

    /**
     * A node.
     *
     * @param certificate SHA-256 fingerprint of its certificate, lower-case hexadecimal
     * @param removed when it was removed; its id never comes back
     */
    record NodeInfo(
            NodeId id,
            NodeName name,
            Set<Role> roles,
            String zone,
            String http,
            String internal,
            String certificate,
            Instant joined,
            Optional<Instant> removed,
            long version)
            implements ManagerAnswer {
        /** Copies the set. */
        public NodeInfo {
            roles = Set.copyOf(roles);
        }
    }

    /**
     * The node is in the cluster.
     *
     * @param certificatePem its certificate
     * @param authorityPem the certificate of the cluster's authority, which signed it
     */
    record NodeJoined(ClusterId cluster, NodeInfo node, String certificatePem, String authorityPem)
            implements ManagerAnswer {}

    /** A join token that is neither expired nor used up. */
    record JoinTokenInfo(JoinTokenId id, String label, Instant created, Instant expires, int usesLeft)
            implements ManagerAnswer {}

    /** The join tokens, the newest first. */
    record JoinTokens(List<JoinTokenInfo> tokens) implements ManagerAnswer {
        /** Copies the list. */
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        public JoinTokens(@JsonProperty("tokens") List<JoinTokenInfo> tokens) {
            this.tokens = List.copyOf(tokens);
        }
    }

    /** A user. */
    record UserInfo(UserId id, UserName name, UserRole role, boolean disabled, Instant created, long version)
            implements ManagerAnswer {}

    /** The users, sorted by name. */
    record Users(List<UserInfo> users) implements ManagerAnswer {
        /** Copies the list. */
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        public Users(@JsonProperty("users") List<UserInfo> users) {
            this.users = List.copyOf(users);
        }
    }

    /** A repository and its policy. */
    record RepositoryInfo(
            RepositoryId id,
            RepositoryName name,
            UserId owner,
            List<Grant> grants,
            int replicas,
            Duration trashGrace,
            Instant created,
            long version)
            implements ManagerAnswer {
        /** Copies the list. */
        public RepositoryInfo {
            grants = List.copyOf(grants);
        }
    }

    /** Repositories that the initiator may see, sorted by name. */
    record Repositories(List<RepositoryInfo> repositories) implements ManagerAnswer {
        /** Copies the list. */
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        public Repositories(@JsonProperty("repositories") List<RepositoryInfo> repositories) {
            this.repositories = List.copyOf(repositories);
        }
    }

    /** An application token. */
    record TokenInfo(
            TokenId id,
            String name,
            UserId owner,
            RepositoryId repository,
            Permission permission,
            Instant created,
            Optional<Instant> expires)
            implements ManagerAnswer {}

    /** Application tokens that the initiator may see, the newest first. */
    record Tokens(List<TokenInfo> tokens) implements ManagerAnswer {
        /** Copies the list. */
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        public Tokens(@JsonProperty("tokens") List<TokenInfo> tokens) {
            this.tokens = List.copyOf(tokens);
        }
    }
}
