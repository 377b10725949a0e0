package io.backstay.storage.simulation;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityReply;
import io.backstay.storage.protocol.NodeRules.Fence;
import io.backstay.storage.protocol.UploadQuorum;
import java.util.Set;
import java.util.function.Consumer;

/** One upload, as {@code storage.door.Upload} does it: ticket, all targets at once, commit by quorum, finish. */
final class Upload {
    private static final long RENEWAL_MILLIS = 30_000;
    private static final long STALL_MILLIS = 5_000;
    private static final long STRAGGLERS_MILLIS = 300;
    private static final long SIZE = 100;

    private final World world;
    private final Host host;
    private final Door door;
    private final ObjectKey key;
    private final Sha256 content;
    private final long bodyMillis;
    private final Consumer<Outcome<Boolean>> back;
    private boolean decided;
    private boolean settled;
    private boolean answered;
    private Set<NodeId> stored = Set.of();

    Upload(
            World world,
            Host host,
            Door door,
            ObjectKey key,
            Sha256 content,
            long bodyMillis,
            Consumer<Outcome<Boolean>> back) {
        this.world = world;
        this.host = host;
        this.door = door;
        this.key = key;
        this.content = content;
        this.bodyMillis = bodyMillis;
        this.back = back;
    }

    void run() {
        door.patiently(number -> new EntityInput.RequestTicket(number, key, SIZE), door.deadline(), outcome -> {
            switch (outcome) {
                case Outcome.Failed<EntityReply> failed -> back.accept(Outcome.failed(failed.code()));
                case Outcome.Done<EntityReply> done -> {
                    switch (done.value()) {
                        case EntityReply.Ticket ticket -> upload(ticket);
                        case EntityReply.AlreadyStored stored -> host.after(bodyMillis, () -> compare(stored));
                        default -> throw new IllegalStateException("an answer of another kind: " + done.value());
                    }
                }
            }
        });
    }

    private void compare(EntityReply.AlreadyStored stored) {
        back.accept(stored.sha256().equals(content) ? Outcome.done(true) : Outcome.failed(ErrorCode.ALREADY_EXISTS));
    }

    private void upload(EntityReply.Ticket ticket) {
        UploadQuorum quorum = new UploadQuorum(ticket.targets(), world.rules().uploadQuorum(ticket.quorum()));
        Fence fence = new Fence(ticket.epoch(), ticket.revision());
        renewLater(ticket);
        for (NodeId target : ticket.targets()) {
            Host to = world.host(target);
            world.network()
                    .<Sha256>call(
                            host,
                            to,
                            bodyMillis + STALL_MILLIS,
                            reply -> to.storage().put(fence, key, content, bodyMillis, reply),
                            outcome -> {
                                UploadQuorum.Verdict verdict = switch (outcome) {
                                    case Outcome.Done<Sha256> stored ->
                                        quorum.stored(target, new UploadQuorum.Copy(SIZE, stored.value()));
                                    case Outcome.Failed<Sha256> failed -> quorum.failed(target, failed.code());
                                };
                                judge(ticket, quorum, verdict);
                            });
        }
    }

    private void renewLater(EntityReply.Ticket ticket) {
        host.after(RENEWAL_MILLIS, () -> {
            if (!answered) {
                door.tell(new EntityInput.RenewTicket(0, ticket.epoch(), ticket.ticket()));
                renewLater(ticket);
            }
        });
    }

    private void judge(EntityReply.Ticket ticket, UploadQuorum quorum, UploadQuorum.Verdict verdict) {
        if (quorum.settled()) {
            decide(ticket, verdict);
            settled = true;
            stored = verdict instanceof UploadQuorum.Commit commit ? commit.stored() : Set.of();
            finish(ticket);
        } else if (verdict instanceof UploadQuorum.Fail) {
            decide(ticket, verdict);
        } else if (verdict instanceof UploadQuorum.Commit) {
            host.after(STRAGGLERS_MILLIS, () -> decide(ticket, verdict));
        }
    }

    private void decide(EntityReply.Ticket ticket, UploadQuorum.Verdict verdict) {
        if (decided) {
            return;
        }
        decided = true;
        switch (verdict) {
            case UploadQuorum.Commit commit -> commit(ticket, commit);
            case UploadQuorum.Fail fail -> answer(ticket, Outcome.failed(fail.code()));
            case UploadQuorum.Wait wait -> throw new IllegalStateException("no verdict yet");
        }
    }

    private void commit(EntityReply.Ticket ticket, UploadQuorum.Commit commit) {
        door.once(
                number -> new EntityInput.Commit(
                        number,
                        ticket.epoch(),
                        ticket.ticket(),
                        commit.sizeBytes(),
                        commit.sha256(),
                        commit.stored(),
                        "client"),
                door.deadline(),
                outcome -> {
                    switch (outcome) {
                        case Outcome.Done<EntityReply> done -> answer(ticket, Outcome.done(true));
                        case Outcome.Failed<EntityReply> failed -> recorded(ticket, commit, failed.code());
                    }
                });
    }

    /** The commit's answer was lost or refused; the object may be recorded all the same. */
    private void recorded(EntityReply.Ticket ticket, UploadQuorum.Commit commit, ErrorCode cause) {
        if (cause != ErrorCode.UNAVAILABLE) {
            answer(ticket, Outcome.failed(cause));
            return;
        }
        door.patiently(
                number -> new EntityInput.Locate(number, key),
                door.deadline(),
                outcome -> answer(
                        ticket,
                        outcome instanceof Outcome.Done<EntityReply> done
                                        && done.value() instanceof EntityReply.Located located
                                        && located.acknowledged()
                                        && located.record().sha256().equals(commit.sha256())
                                ? Outcome.done(true)
                                : Outcome.failed(cause)));
    }

    private void answer(EntityReply.Ticket ticket, Outcome<Boolean> outcome) {
        answered = true;
        finish(ticket);
        back.accept(outcome);
    }

    /** Tells the entity once all targets have answered and the client has its answer. */
    private void finish(EntityReply.Ticket ticket) {
        if (answered && settled) {
            door.tell(new EntityInput.Finish(ticket.epoch(), ticket.ticket(), stored));
        }
    }
}
