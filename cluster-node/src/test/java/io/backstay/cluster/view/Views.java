package io.backstay.cluster.view;

import io.backstay.model.ClusterId;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Views for tests. */
public final class Views {
    private Views() {}

    /** The identity of a view. */
    public static ViewId id(ClusterId cluster, long generation, long revision) {
        return new ViewId(
                cluster,
                generation,
                revision,
                Sha256.hash(("chain " + generation + " " + revision).getBytes(StandardCharsets.US_ASCII)));
    }

    /** A view without anything in it. */
    public static ClusterView empty(ClusterId cluster, long revision) {
        return of(cluster, revision, List.of());
    }

    /** A view with those nodes. */
    public static ClusterView of(ClusterId cluster, long revision, List<NodeView> nodes) {
        return ClusterView.of(
                id(cluster, 1, revision), nodes, List.of(), List.of(), List.of(), new ClusterSecrets("dA==", "cw=="));
    }

    /** A node. */
    public static NodeView node(NodeId id, boolean admitted) {
        return new NodeView(
                id,
                new NodeName("node-1"),
                EnumSet.allOf(Role.class),
                "rack-1",
                "http://node-1:8420",
                "http://node-1:8421",
                "ab".repeat(32),
                admitted);
    }

    /** A view with something of everything, and so many users more. */
    public static ClusterView full(ClusterId cluster, long revision, int users) {
        UserId owner = new UserId(UUID.randomUUID());
        UserId other = new UserId(UUID.randomUUID());
        RepositoryId repository = new RepositoryId(UUID.randomUUID());
        List<UserView> all = new ArrayList<>();
        all.add(new UserView(owner, new UserName("owner"), UserRole.ADMIN, "$argon2id$x", false, 3));
        all.add(new UserView(other, new UserName("other"), UserRole.USER, "$argon2id$y", true, 0));
        for (int i = 0; i < users; i++) {
            all.add(new UserView(
                    new UserId(UUID.randomUUID()),
                    new UserName("user-" + i),
                    UserRole.USER,
                    "$argon2id$" + i,
                    false,
                    i));
        }
        Instant later = Instant.parse("2030-01-02T03:04:05.678Z");
        return ClusterView.of(
                id(cluster, 2, revision),
                List.of(node(new NodeId(UUID.randomUUID()), true)),
                all,
                List.of(new RepositoryView(
                        repository,
                        new RepositoryName("photos"),
                        owner,
                        Map.of(other, Permission.APPEND),
                        3,
                        Duration.ofDays(7))),
                List.of(
                        token("laptop", owner, repository, Optional.of(later)),
                        token("desktop", owner, repository, Optional.empty())),
                new ClusterSecrets("dHJhbnNmZXI=", "c2Vzc2lvbg=="));
    }

    private static TokenView token(String name, UserId owner, RepositoryId repository, Optional<Instant> expires) {
        return new TokenView(
                new TokenId(UUID.randomUUID()),
                name,
                owner,
                repository,
                Permission.READ,
                Sha256.hash(name.getBytes(StandardCharsets.US_ASCII)),
                expires);
    }
}
