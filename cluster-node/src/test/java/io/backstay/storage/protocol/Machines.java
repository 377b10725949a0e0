package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** An entity's machine over a journal that takes everything, with S nodes that are all up. */
final class Machines {
    static final RepositoryId REPOSITORY = new RepositoryId(new UUID(7, 7));
    /** A disk knows from an earlier activation that all is on two disks. */
    static final NodeRules.Told TOLD = new NodeRules.Told(0, 1, 2);

    static final long GRACE_MILLIS = 600_000;
    static final long QUARANTINE_MILLIS = 3_600_000;
    static final long REBUILD_PATIENCE_MILLIS = 60_000;

    private final List<CatalogueEvent> journal = new ArrayList<>();
    private final List<Placement.Candidate> storage = new ArrayList<>();
    private final Set<NodeId> up = new HashSet<>();
    private int replicas;
    EntityMachine machine;
    long nowMillis = 1_000_000;
    private long request;

    private Machines(int nodes, int replicas) {
        this.replicas = replicas;
        for (int i = 0; i < nodes; i++) {
            storage.add(new Placement.Candidate(node(i), "", 1.0));
            up.add(node(i));
        }
        machine = fresh();
    }

    /** Recovered, activated, announced everywhere. */
    static Machines active(int nodes, int replicas) {
        Machines machines = new Machines(nodes, replicas);
        machines.activate();
        machines.announceEverywhere();
        return machines;
    }

    /** Recovered and activated; no node has been told. */
    static Machines activated(int nodes, int replicas) {
        Machines machines = new Machines(nodes, replicas);
        machines.activate();
        return machines;
    }

    private static EntityMachine fresh() {
        return new EntityMachine(new Catalogue(REPOSITORY), GRACE_MILLIS, QUARANTINE_MILLIS, REBUILD_PATIENCE_MILLIS);
    }

    static NodeId node(int number) {
        return new NodeId(new UUID(0, number + 1));
    }

    static ObjectKey key(int number) {
        return new ObjectKey(ObjectType.DATA, new Sha256(number, 1, 1, 1));
    }

    /** Another activation over the first events of the same journal. */
    List<EntityOutput> reopen(int events) {
        journal.subList(events, journal.size()).clear();
        machine = fresh();
        journal.forEach(machine::apply);
        return activate();
    }

    List<EntityOutput> activate() {
        return feed(new EntityInput.Recovered(node(0), 42 + journal.size(), journal.size()));
    }

    void announceEverywhere() {
        for (Placement.Candidate candidate : storage) {
            feed(new EntityInput.Announced(candidate.node(), machine.catalogue().epoch(), 0, TOLD));
        }
    }

    void policy(int policyReplicas) {
        replicas = policyReplicas;
    }

    /** The nodes take what they are told. */
    void advanced(List<EntityOutput> outputs) {
        for (EntityOutput output : outputs) {
            if (output instanceof EntityOutput.Advance advance) {
                feed(new EntityInput.Advanced(
                        advance.node(), advance.told().orLater(new NodeRules.Told(advance.epoch(), 0, 2))));
            }
        }
    }

    int journaled() {
        return journal.size();
    }

    void journal(List<CatalogueEvent> events) {
        journal.addAll(events);
    }

    List<CatalogueEvent> journal() {
        return List.copyOf(journal);
    }

    void down(NodeId node) {
        up.remove(node);
    }

    void up(NodeId node) {
        up.add(node);
    }

    ClusterFacts facts() {
        return new ClusterFacts(nowMillis, storage, up, up, replicas);
    }

    /** Feeds an input, journals and applies its events; what the step and what follows from it want done. */
    List<EntityOutput> feed(EntityInput input) {
        Step step = machine.handle(input, facts());
        for (CatalogueEvent event : step.events()) {
            journal.add(event);
            machine.apply(event);
        }
        List<EntityOutput> outputs = new ArrayList<>(step.outputs());
        outputs.addAll(machine.proceed(facts()).outputs());
        // What is too much for one write goes on at once; looks at the journal's head are answered at once with what is
        // there.
        List<EntityOutput> answered = new ArrayList<>();
        for (EntityOutput output : outputs) {
            if (output instanceof EntityOutput.ReadHead read) {
                answered.addAll(feed(new EntityInput.HeadRead(read.check(), journal.size(), true, "w", "w")));
            } else if (output instanceof EntityOutput.Continue next) {
                answered.addAll(feed(new EntityInput.GoOn(next.epoch())));
            } else {
                answered.add(output);
            }
        }
        return answered;
    }

    List<EntityOutput> tick(long laterMillis) {
        nowMillis += laterMillis;
        return feed(new EntityInput.Tick());
    }

    long nextRequest() {
        return ++request;
    }

    EntityReply ask(EntityInput input) {
        return replies(feed(input)).getFirst();
    }

    static List<EntityReply> replies(List<EntityOutput> outputs) {
        List<EntityReply> replies = new ArrayList<>();
        for (EntityOutput output : outputs) {
            if (output instanceof EntityOutput.Reply reply) {
                replies.add(reply.reply());
            }
        }
        return replies;
    }

    static List<EntityOutput.Remove> removes(List<EntityOutput> outputs) {
        return outputs.stream()
                .filter(EntityOutput.Remove.class::isInstance)
                .map(EntityOutput.Remove.class::cast)
                .toList();
    }

    EntityReply.Ticket ticket(ObjectKey key) {
        EntityReply reply = ask(new EntityInput.RequestTicket(nextRequest(), key, 100));
        if (reply instanceof EntityReply.Ticket ticket) {
            return ticket;
        }
        throw new AssertionError("no ticket but " + reply);
    }

    EntityReply commit(EntityReply.Ticket ticket, ObjectKey key, Set<NodeId> stored) {
        return ask(new EntityInput.Commit(
                nextRequest(), ticket.epoch(), ticket.ticket(), 100, key.name(), stored, "somebody"));
    }

    /** Stores an object on all targets of its ticket. */
    EntityReply.Ticket store(ObjectKey key) {
        EntityReply.Ticket ticket = ticket(key);
        commit(ticket, key, Set.copyOf(ticket.targets()));
        feed(new EntityInput.Finish(ticket.epoch(), ticket.ticket(), Set.copyOf(ticket.targets())));
        return ticket;
    }

    EntityInput.Observation observe(ObjectKey key) {
        EntityReply reply = ask(new EntityInput.Observe(nextRequest(), key));
        if (reply instanceof EntityReply.Observed seen) {
            return seen.observation();
        }
        throw new AssertionError("not observed but " + reply);
    }

    List<EntityOutput> delete(ObjectKey key, EntityInput.Observation observation) {
        return feed(new EntityInput.Delete(nextRequest(), key, observation, "somebody"));
    }
}
