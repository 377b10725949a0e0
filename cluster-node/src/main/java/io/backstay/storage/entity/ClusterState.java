package io.backstay.storage.entity;

import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.NodeView;
import io.backstay.cluster.view.Reachability;
import io.backstay.cluster.view.RepositoryView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import io.backstay.storage.protocol.ClusterFacts;
import io.backstay.storage.protocol.Placement;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The cluster as entities see it: view, reachability and room together, as the facts that the protocol wants. */
final class ClusterState {
    private static final int DEFAULT_REPLICAS = 3;

    private final ViewSource views;
    private final Reachability reachability;
    private final RoomWatch rooms;
    private final InstantSource clock;

    ClusterState(ViewSource views, Reachability reachability, RoomWatch rooms, InstantSource clock) {
        this.views = views;
        this.reachability = reachability;
        this.rooms = rooms;
        this.clock = clock;
    }

    ClusterFacts facts(RepositoryId repository) {
        Optional<ClusterView> view = views.current();
        List<Placement.Candidate> storage = view.map(ClusterView::storageNodes)
                .map(nodes -> nodes.values().stream()
                        .sorted((a, b) -> a.id().compareTo(b.id()))
                        .map(ClusterState::candidate)
                        .toList())
                .orElse(List.of());
        int replicas = view.map(ClusterView::repositories)
                .flatMap(all -> Optional.ofNullable(all.get(repository)))
                .map(RepositoryView::replicas)
                .orElse(DEFAULT_REPLICAS);
        Set<io.backstay.model.NodeId> up = reachability.up();
        return new ClusterFacts(clock.millis(), storage, up, rooms.writable(up), replicas);
    }

    private static Placement.Candidate candidate(NodeView node) {
        return new Placement.Candidate(node.id(), node.zone(), 1.0);
    }

    /** What the user, or the user's token, may in the repository at this moment. */
    Optional<Permission> permission(RepositoryId repository, UserId user, Optional<TokenId> token) {
        return views.current().flatMap(view -> {
            Optional<Permission> own = view.permission(user, repository);
            if (token.isEmpty()) {
                return own;
            }
            return Optional.ofNullable(view.tokens().get(token.get()))
                    .filter(presented -> presented.owner().equals(user)
                            && presented.repository().equals(repository)
                            && presented
                                    .expires()
                                    .filter(end -> !end.isAfter(clock.instant()))
                                    .isEmpty())
                    .flatMap(presented -> own.map(presented.permission()::atMost));
        });
    }
}
