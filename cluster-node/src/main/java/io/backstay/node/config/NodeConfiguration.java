package io.backstay.node.config;

import io.backstay.cluster.identity.JoinToken;
import io.backstay.cluster.journal.JournalSettings;
import io.backstay.cluster.membership.ClusterSettings;
import io.backstay.model.NodeName;
import io.backstay.model.Role;
import io.backstay.model.UserName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A node's whole configuration, checked. Immutable; its printed form holds no secret. */
public record NodeConfiguration(
        NodeName name,
        Path data,
        Set<Role> roles,
        String zone,
        Http http,
        Internal internal,
        Storage storage,
        ClusterSettings cluster,
        Joining joining,
        Optional<JournalSettings> journal,
        Optional<Redis> redis,
        Admin admin) {
    /** Copies the set. */
    public NodeConfiguration {
        roles = Set.copyOf(roles);
    }

    /**
     * The door for users.
     *
     * @param advertised where others reach it, without a slash at its end
     */
    public record Http(String host, int port, String advertised, HttpLimits limits) {}

    /**
     * What clients may do to the door for users.
     *
     * @param headWithin until the headers of a request have come
     * @param idle without a request, and how far a slow client may fall behind
     * @param slowestBytes a second
     * @param uploadsPerUser that are read at once
     */
    public record HttpLimits(
            Duration headWithin, Duration idle, long slowestBytes, int connections, int uploadsPerUser) {}

    /**
     * Node-to-node transfer.
     *
     * @param advertised where other nodes reach it
     */
    public record Internal(String host, int port, String advertised) {}

    /**
     * How the node serves objects.
     *
     * @param partialLists whether lists may lack what only silent nodes have
     * @param scrubPeriod within which every file is read for damage
     * @param scrubRateBytes the most that are read for it in a second
     */
    public record Storage(boolean partialLists, Duration scrubPeriod, long scrubRateBytes) {}

    /**
     * How the node comes by its certificate and keys.
     *
     * @param authority the folder of {@code backstay cluster init}
     * @param token for nodes that are not founders
     */
    public record Joining(
            Optional<Path> authority, Optional<Path> masterKeyFile, Optional<JoinToken> token, List<URI> addresses) {
        /** Copies the list. */
        public Joining {
            addresses = List.copyOf(addresses);
        }
    }

    /** The mirror of the manager's state. */
    public record Redis(URI url, Optional<Secret> password) {}

    /**
     * The first admin.
     *
     * @param password none where one shall be generated
     */
    public record Admin(UserName name, Optional<Secret> password) {}
}
