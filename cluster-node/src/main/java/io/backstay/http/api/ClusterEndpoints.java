package io.backstay.http.api;

import io.backstay.cluster.join.NodeDescription;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.NodeView;
import io.backstay.cluster.view.Reachability;
import io.backstay.cluster.view.ViewSource;
import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.ManagerAnswer.ClusterInfo;
import io.backstay.manager.command.ManagerAnswer.ManagerTerm;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.Role;
import io.backstay.storage.transfer.StoragePeer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The cluster as a whole and this node: {@code /cluster}, {@code /node}. Goes on by the view while no manager is there. */
final class ClusterEndpoints {
    private final Manager manager;
    private final ViewSource views;
    private final Reachability reachability;
    private final NodeDescription self;
    private final StorageStatus storage;

    ClusterEndpoints(
            Manager manager, ViewSource views, Reachability reachability, NodeDescription self, StorageStatus storage) {
        this.manager = manager;
        this.views = views;
        this.reachability = reachability;
        this.self = self;
        this.storage = storage;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.of("GET", "/cluster", this::cluster),
                Endpoint.of("GET", "/nodes", this::nodes),
                Endpoint.of("GET", "/nodes/{node}", this::node),
                Endpoint.of("GET", "/node", this::thisNode));
    }

    /** @param state up, unreachable or removed */
    record Node(
            String id,
            String name,
            List<String> roles,
            String zone,
            String state,
            boolean manager,
            String http,
            String internal,
            Optional<Disk> disk) {}

    /**
     * A storage node's disk.
     *
     * @param state ok, full, read-only, failing or untrusted
     * @param reason why it takes no writes; empty while it does
     * @param freeBytes what may still be written
     */
    record Disk(String state, String reason, long freeBytes, long totalBytes, Optional<Scrub> scrub) {
        static Disk of(StoragePeer.Room room) {
            return new Disk(
                    room.state().text(),
                    room.reason(),
                    room.freeBytes(),
                    room.totalBytes(),
                    room.scrub().map(Scrub::of));
        }
    }

    /** How far the reading of all files for damage has come. */
    record Scrub(Instant begun, Optional<Instant> ended, long bytes, long damaged) {
        static Scrub of(StoragePeer.ScrubState state) {
            return new Scrub(state.begun(), state.ended(), state.bytes(), state.damaged());
        }
    }

    record ManagerNode(String id, String name, Instant since, long epoch) {}

    /**
     * @param manager none while no manager answers
     * @param managers who was manager since when, the newest first
     * @param revision of the view that this answer is made from
     */
    record Cluster(
            String id,
            Optional<Instant> created,
            Optional<ManagerNode> manager,
            List<ManagerNode> managers,
            List<Node> nodes,
            long generation,
            long revision) {}

    /** @param degradedRepositories how many repositories this node serves from the disks alone */
    record ThisNode(
            String id,
            String name,
            List<String> roles,
            String zone,
            String http,
            boolean member,
            boolean managerAnswers,
            int degradedRepositories,
            Optional<Disk> disk) {}

    private ClusterView view() {
        return views.current()
                .orElseThrow(() ->
                        new BackstayException(ErrorCode.UNAVAILABLE, "this node has not yet heard from its cluster"));
    }

    /** What the manager says of itself, none where it does not answer. */
    private CompletionStage<Optional<ClusterInfo>> info(ApiCall call) {
        return manager.submit(new ClusterCommand.DescribeCluster(), call.initiator())
                .handle((info, failure) -> {
                    if (failure == null) {
                        return Optional.of(info);
                    }
                    ErrorCode code = Manager.codeOf(failure);
                    if (code == ErrorCode.UNAVAILABLE || code == ErrorCode.DATABASE_UNAVAILABLE) {
                        return Optional.empty();
                    }
                    throw new BackstayException(code, "the manager refused to describe the cluster", failure);
                });
    }

    private CompletionStage<ApiAnswer> cluster(ApiCall call) {
        return info(call).thenApply(info -> {
            ClusterView view = view();
            List<ManagerNode> terms = info.map(known -> known.managers().reversed().stream()
                            .map(term -> managerNode(term, view))
                            .toList())
                    .orElse(List.of());
            Optional<ManagerNode> acting = terms.stream().findFirst();
            return ApiAnswer.ok(new Cluster(
                    view.id().cluster().toString(),
                    info.map(ClusterInfo::created),
                    acting,
                    terms,
                    nodes(view, acting),
                    view.id().generation(),
                    view.id().revision()));
        });
    }

    private static ManagerNode managerNode(ManagerTerm term, ClusterView view) {
        NodeView node = view.nodes().get(term.node());
        String name = node == null ? "" : node.name().value();
        return new ManagerNode(term.node().toString(), name, term.since(), term.epoch());
    }

    private List<Node> nodes(ClusterView view, Optional<ManagerNode> acting) {
        Set<NodeId> up = reachability.up();
        return view.nodes().values().stream()
                .map(node -> new Node(
                        node.id().toString(),
                        node.name().value(),
                        texts(node.roles()),
                        node.zone(),
                        state(node, up),
                        acting.filter(manager -> manager.id().equals(node.id().toString()))
                                .isPresent(),
                        node.http(),
                        node.internal(),
                        storage.disk(node.id()).map(Disk::of)))
                .sorted(Comparator.comparing(Node::name))
                .toList();
    }

    private static String state(NodeView node, Set<NodeId> up) {
        if (!node.admitted()) {
            return "removed";
        }
        return up.contains(node.id()) ? "up" : "unreachable";
    }

    private static List<String> texts(Set<Role> roles) {
        return roles.stream().map(Role::text).sorted().toList();
    }

    private CompletionStage<ApiAnswer> nodes(ApiCall call) {
        return info(call).thenApply(info -> {
            ClusterView view = view();
            return Lists.page(
                    call,
                    nodes(view, acting(info, view)),
                    Node::name,
                    Map.of(
                            "name", Comparator.comparing(Node::name),
                            "state", Comparator.comparing(Node::state),
                            "zone", Comparator.comparing(Node::zone)));
        });
    }

    private static Optional<ManagerNode> acting(Optional<ClusterInfo> info, ClusterView view) {
        return info.flatMap(known -> known.managers().isEmpty()
                ? Optional.empty()
                : Optional.of(managerNode(known.managers().getLast(), view)));
    }

    private CompletionStage<ApiAnswer> node(ApiCall call) {
        NodeId wanted = call.path("node", NodeId::parse);
        return info(call).thenApply(info -> {
            ClusterView view = view();
            return nodes(view, acting(info, view)).stream()
                    .filter(node -> node.id().equals(wanted.toString()))
                    .findFirst()
                    .map(ApiAnswer::ok)
                    .orElseThrow(() -> new BackstayException(ErrorCode.NOT_FOUND, "there is no such node"));
        });
    }

    private CompletionStage<ApiAnswer> thisNode(ApiCall call) {
        boolean member = reachability.up().contains(self.id());
        CompletionStage<Optional<ClusterInfo>> asked =
                member ? info(call) : CompletableFuture.completedFuture(Optional.empty());
        return asked.thenApply(info -> ApiAnswer.ok(new ThisNode(
                self.id().toString(),
                self.name().value(),
                texts(self.roles()),
                self.zone(),
                self.http(),
                member,
                info.isPresent(),
                storage.degradedRepositories(),
                storage.disk(self.id()).map(Disk::of))));
    }
}
