package io.backstay.storage.entity;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityMachine;
import io.backstay.storage.protocol.EntityReply;
import io.backstay.storage.protocol.PackedListing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * An entity's counter: takes requests in, checks who may, holds them while the repository is being opened, and hands
 * answers out. Confined to the actor's thread.
 */
final class EntityDesk {
    private static final int MOST_WAITING = 2_000;
    private static final int MOST_LISTS = 16;
    private static final int LARGEST_PAGE = 4_000;

    private record Waiting(EntityWire.Request request, long deadlineNanos) {}

    private record Pending(ActorRef<EntityWire.Reply> replyTo, int pageSize) {}

    private final RepositoryId repository;
    private final ClusterState cluster;
    private final StorageSettings settings;
    private final Map<Long, Pending> pending = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final LinkedHashMap<Long, PackedListing> lists = new LinkedHashMap<>();
    private long lastNumber;

    EntityDesk(RepositoryId repository, ClusterState cluster, StorageSettings settings) {
        this.repository = repository;
        this.cluster = cluster;
        this.settings = settings;
    }

    /** The machine's input for a request; none where it was answered, refused or has to wait. */
    Optional<EntityInput> accept(EntityWire.Request request, EntityMachine machine) {
        if (request.question() instanceof EntityWire.Wake wake) {
            answer(request, new EntityWire.Done(machine.catalogue().revision(), wake.sweep()));
            return Optional.empty();
        }
        if (request.question() instanceof EntityWire.Rebuild rebuild) {
            return rebuild(request, rebuild, machine);
        }
        if (request.question() instanceof EntityWire.NextPage next) {
            answer(request, nextPage(next));
            return Optional.empty();
        }
        if (!machine.active()) {
            hold(request, machine);
            return Optional.empty();
        }
        if (request.question() instanceof EntityWire.Suspect suspect) {
            return suspected(request, suspect, machine);
        }
        try {
            refuseUnlessAllowed(request);
            return Optional.of(input(request));
        } catch (BackstayException e) {
            answer(request, new EntityWire.Refused(e.code().name(), e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<EntityInput> rebuild(
            EntityWire.Request request, EntityWire.Rebuild rebuild, EntityMachine machine) {
        if (!machine.begun()) {
            answer(request, unavailable(machine.trouble()));
            return Optional.empty();
        }
        return Optional.of(
                new EntityInput.RequestRebuild(number(request, LARGEST_PAGE), rebuild.by(), rebuild.incomplete()));
    }

    /** A node says it of itself, without a user: the copy is read once more before anything follows. */
    private static Optional<EntityInput> suspected(
            EntityWire.Request request, EntityWire.Suspect suspect, EntityMachine machine) {
        ObjectKey key = ObjectKey.parse(suspect.key());
        answer(request, new EntityWire.Done(machine.catalogue().revision(), false));
        return machine.catalogue()
                .find(key)
                .map(record -> new EntityInput.ReportBad(key, NodeId.parse(suspect.node()), record.revision()));
    }

    /**
     * Waits for a repository that is about to open. One that is rebuilt takes longer than a door waits, which must hear at once
     * that its owner is there, and why it is closed.
     */
    private void hold(EntityWire.Request request, EntityMachine machine) {
        if (machine.behind() || waiting.size() >= MOST_WAITING) {
            answer(request, refused(machine));
        } else {
            waiting.add(new Waiting(
                    request, System.nanoTime() + settings.openTimeout().toNanos()));
        }
    }

    /** The repository is open: those who wait go on. */
    void release(ActorRef<BackupStorage.Command> self) {
        waiting.forEach(held -> self.tell(held.request()));
        waiting.clear();
    }

    /** Gives up what has waited too long. */
    void tick(EntityMachine machine) {
        long now = System.nanoTime();
        waiting.removeIf(held -> {
            boolean late = machine.behind() || held.deadlineNanos() - now <= 0;
            if (late) {
                answer(held.request(), refused(machine));
            }
            return late;
        });
    }

    void refuseAll(String why) {
        waiting.forEach(held -> answer(held.request(), unavailable(why)));
        waiting.clear();
        pending.values().forEach(held -> held.replyTo().tell(EntityWire.Reply.of(unavailable(why))));
        pending.clear();
        lists.clear();
    }

    private static EntityWire.Refused refused(EntityMachine machine) {
        return new EntityWire.Refused(machine.troubleCode().name(), machine.trouble());
    }

    private static EntityWire.Refused unavailable(String why) {
        return new EntityWire.Refused(ErrorCode.UNAVAILABLE.name(), why);
    }

    private static void answer(EntityWire.Request request, EntityWire.Answer answer) {
        request.replyTo().tell(EntityWire.Reply.of(answer));
    }

    private void refuseUnlessAllowed(EntityWire.Request request) {
        Permission needed = needed(request.question());
        Optional<TokenId> token =
                request.token().isEmpty() ? Optional.empty() : Optional.of(TokenId.parse(request.token()));
        Permission has = cluster.permission(repository, UserId.parse(request.user()), token)
                .orElseThrow(() -> new BackstayException(
                        ErrorCode.FORBIDDEN, "these credentials give no access to this repository"));
        if (!has.allows(needed)) {
            throw new BackstayException(
                    has == Permission.APPEND ? ErrorCode.APPEND_ONLY : ErrorCode.FORBIDDEN,
                    "the permission is %s, %s is needed".formatted(has.text(), needed.text()));
        }
    }

    private static Permission needed(EntityWire.Question question) {
        return switch (question) {
            case EntityWire.RequestTicket ticket -> Permission.APPEND;
            case EntityWire.RenewTicket renew -> Permission.APPEND;
            case EntityWire.Commit commit -> Permission.APPEND;
            case EntityWire.Finish finish -> Permission.APPEND;
            case EntityWire.Observe observe -> deleting(observe.key());
            case EntityWire.Delete delete -> deleting(delete.key());
            case EntityWire.Locate locate -> Permission.READ;
            case EntityWire.ListObjects list -> Permission.READ;
            case EntityWire.NextPage next -> Permission.READ;
            case EntityWire.ReportBad bad -> Permission.READ;
            case EntityWire.Suspect suspect -> Permission.READ;
            case EntityWire.Wake wake -> Permission.READ;
            case EntityWire.Rebuild rebuild -> Permission.FULL;
        };
    }

    private static Permission deleting(String key) {
        return ObjectKey.parse(key).type() == ObjectType.LOCKS ? Permission.APPEND : Permission.FULL;
    }

    private EntityInput input(EntityWire.Request request) {
        int pageSize = request.question() instanceof EntityWire.ListObjects list
                ? Math.clamp(list.pageSize(), 1, LARGEST_PAGE)
                : LARGEST_PAGE;
        String by = request.token().isEmpty() ? request.user() : request.token();
        return switch (request.question()) {
            case EntityWire.RequestTicket q ->
                new EntityInput.RequestTicket(number(request, pageSize), ObjectKey.parse(q.key()), q.sizeBytes());
            case EntityWire.RenewTicket q ->
                new EntityInput.RenewTicket(number(request, pageSize), q.epoch(), q.ticket());
            case EntityWire.Commit q -> {
                Sha256 sha256 = Sha256.parse(q.sha256());
                var stored = q.stored().stream().map(NodeId::parse).collect(Collectors.toUnmodifiableSet());
                yield new EntityInput.Commit(
                        number(request, pageSize), q.epoch(), q.ticket(), q.sizeBytes(), sha256, stored, by);
            }
            case EntityWire.Finish q -> {
                var stored = q.stored().stream().map(NodeId::parse).collect(Collectors.toUnmodifiableSet());
                yield new EntityInput.Finish(q.epoch(), q.ticket(), stored);
            }
            case EntityWire.Observe q -> new EntityInput.Observe(number(request, pageSize), ObjectKey.parse(q.key()));
            case EntityWire.Delete q ->
                new EntityInput.Delete(
                        number(request, pageSize),
                        ObjectKey.parse(q.key()),
                        new EntityInput.Observation(q.epoch(), q.recordRevision(), q.lastTicket()),
                        by);
            case EntityWire.Locate q -> new EntityInput.Locate(number(request, pageSize), ObjectKey.parse(q.key()));
            case EntityWire.ListObjects q -> {
                ObjectType type = ObjectType.ofPath(q.objectType())
                        .orElseThrow(() -> new BackstayException(ErrorCode.INVALID_REQUEST, "no such type of objects"));
                yield new EntityInput.ListObjects(number(request, pageSize), type);
            }
            case EntityWire.ReportBad q ->
                new EntityInput.ReportBad(ObjectKey.parse(q.key()), NodeId.parse(q.node()), q.recordRevision());
            case EntityWire.NextPage q -> throw new IllegalStateException("answered before");
            case EntityWire.Suspect q -> throw new IllegalStateException("answered before");
            case EntityWire.Wake q -> throw new IllegalStateException("answered before");
            case EntityWire.Rebuild q -> throw new IllegalStateException("answered before");
        };
    }

    private long number(EntityWire.Request request, int pageSize) {
        long number = ++lastNumber;
        pending.put(number, new Pending(request.replyTo(), pageSize));
        return number;
    }

    /** Hands an answer out; one that nobody waits for any more is dropped. */
    void reply(long number, EntityReply reply) {
        Pending to = pending.remove(number);
        if (to != null) {
            to.replyTo().tell(EntityWire.Reply.of(wire(number, reply, to.pageSize())));
        }
    }

    private EntityWire.Answer wire(long number, EntityReply reply, int pageSize) {
        return switch (reply) {
            case EntityReply.Ticket ticket ->
                new EntityWire.Ticket(
                        ticket.epoch(), ticket.ticket(), ticket.revision(), texts(ticket.targets()), ticket.quorum());
            case EntityReply.AlreadyStored stored ->
                new EntityWire.AlreadyStored(stored.sizeBytes(), stored.sha256().toString());
            case EntityReply.Renewed renewed -> new EntityWire.Done(0, false);
            case EntityReply.Committed committed -> new EntityWire.Done(committed.revision(), true);
            case EntityReply.Observed observed ->
                new EntityWire.Observed(
                        observed.observation().epoch(),
                        observed.observation().recordRevision(),
                        observed.observation().lastTicket());
            case EntityReply.Deleted deleted -> new EntityWire.Done(0, true);
            case EntityReply.Changed changed -> new EntityWire.Changed("", true);
            case EntityReply.Located located ->
                new EntityWire.Located(
                        located.record().sizeBytes(),
                        located.record().sha256().toString(),
                        located.record().storedAtMillis(),
                        located.record().revision(),
                        texts(located.readable()),
                        located.acknowledged());
            case EntityReply.Absent absent -> new EntityWire.Absent("", false);
            case EntityReply.Listing listing -> firstPage(number, listing.objects(), pageSize);
            case EntityReply.RebuildBegun begun -> new EntityWire.Done(0, true);
            case EntityReply.Refused refused ->
                new EntityWire.Refused(refused.code().name(), refused.detail());
        };
    }

    private static List<String> texts(List<NodeId> nodes) {
        return nodes.stream().map(NodeId::toString).toList();
    }

    private EntityWire.Page firstPage(long number, PackedListing listing, int pageSize) {
        if (listing.size() > pageSize) {
            if (lists.size() >= MOST_LISTS) {
                lists.pollFirstEntry();
            }
            lists.put(number, listing);
        }
        return new EntityWire.Page(number, listing.size(), 0, listing.page(0, pageSize));
    }

    private EntityWire.Answer nextPage(EntityWire.NextPage next) {
        PackedListing listing = lists.get(next.list());
        if (listing == null || next.from() < 0 || next.from() > listing.size()) {
            return unavailable("the rest of this list is no longer there");
        }
        byte[] page = listing.page(next.from(), LARGEST_PAGE);
        if (next.from() + LARGEST_PAGE >= listing.size()) {
            lists.remove(next.list());
        }
        return new EntityWire.Page(next.list(), listing.size(), next.from(), page);
    }
}
