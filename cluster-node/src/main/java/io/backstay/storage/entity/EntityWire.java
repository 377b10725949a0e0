package io.backstay.storage.entity;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.backstay.cluster.WireMessage;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What doors say to a repository's entity and what it answers, in the form in which it travels: ids, keys and hashes in
 * their printed forms.
 */
public final class EntityWire {
    private EntityWire() {}

    /**
     * A request on somebody's behalf.
     *
     * @param user whose credentials were presented
     * @param token the application token's id, empty where there was none
     */
    public record Request(Question question, String user, String token, ActorRef<Reply> replyTo)
            implements BackupStorage.Command, WireMessage {}

    /** An answer; in a record of its own, so that its type is known to the serialiser. */
    public record Reply(Answer answer, int version) implements WireMessage {
        static Reply of(Answer answer) {
            return new Reply(answer, 1);
        }
    }

    /** See {@code EntityInput} for what each means. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = RequestTicket.class, name = "request-ticket"),
        @JsonSubTypes.Type(value = RenewTicket.class, name = "renew-ticket"),
        @JsonSubTypes.Type(value = Commit.class, name = "commit"),
        @JsonSubTypes.Type(value = Finish.class, name = "finish"),
        @JsonSubTypes.Type(value = Observe.class, name = "observe"),
        @JsonSubTypes.Type(value = Delete.class, name = "delete"),
        @JsonSubTypes.Type(value = Locate.class, name = "locate"),
        @JsonSubTypes.Type(value = ListObjects.class, name = "list"),
        @JsonSubTypes.Type(value = NextPage.class, name = "next-page"),
        @JsonSubTypes.Type(value = ReportBad.class, name = "report-bad"),
        @JsonSubTypes.Type(value = Suspect.class, name = "suspect"),
        @JsonSubTypes.Type(value = Wake.class, name = "wake"),
        @JsonSubTypes.Type(value = Rebuild.class, name = "rebuild")
    })
    public sealed interface Question extends WireMessage {}

    public record RequestTicket(String key, long sizeBytes) implements Question {}

    public record RenewTicket(long epoch, long ticket) implements Question {}

    public record Commit(long epoch, long ticket, long sizeBytes, String sha256, List<String> stored)
            implements Question {}

    public record Finish(long epoch, long ticket, List<String> stored) implements Question {}

    public record Observe(String key, boolean lock) implements Question {}

    public record Delete(String key, long epoch, long recordRevision, long lastTicket) implements Question {}

    public record Locate(String key, boolean head) implements Question {}

    public record ListObjects(String objectType, int pageSize) implements Question {}

    /** The following part of a list that did not fit into one answer. */
    public record NextPage(long list, int from) implements Question {}

    public record ReportBad(String key, String node, long recordRevision) implements Question {}

    /** A node's own reading found its copy damaged; the answer, {@link Done}, comes when that was heard. */
    public record Suspect(String key, String node) implements Question {}

    /** Be there, and look whether anything is to be repaired; the answer is {@link Done}. */
    public record Wake(boolean sweep, String why) implements Question {}

    /** Make the catalogue anew from the disks; the answer, {@link Done}, comes when that has begun. */
    public record Rebuild(String by, boolean incomplete) implements Question {}

    /** See {@code EntityReply} for what each means. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Ticket.class, name = "ticket"),
        @JsonSubTypes.Type(value = AlreadyStored.class, name = "already-stored"),
        @JsonSubTypes.Type(value = Done.class, name = "done"),
        @JsonSubTypes.Type(value = Observed.class, name = "observed"),
        @JsonSubTypes.Type(value = Changed.class, name = "changed"),
        @JsonSubTypes.Type(value = Located.class, name = "located"),
        @JsonSubTypes.Type(value = Absent.class, name = "absent"),
        @JsonSubTypes.Type(value = Page.class, name = "page"),
        @JsonSubTypes.Type(value = Refused.class, name = "refused")
    })
    public sealed interface Answer extends WireMessage {}

    public record Ticket(long epoch, long ticket, long revision, List<String> targets, int quorum) implements Answer {}

    public record AlreadyStored(long sizeBytes, String sha256) implements Answer {}

    /** It is done: committed, renewed, deleted. */
    public record Done(long revision, boolean changed) implements Answer {}

    public record Observed(long epoch, long recordRevision, long lastTicket) implements Answer {}

    public record Changed(String key, boolean again) implements Answer {}

    public record Located(
            long sizeBytes,
            String sha256,
            long storedAtMillis,
            long revision,
            List<String> readable,
            boolean acknowledged)
            implements Answer {}

    public record Absent(String key, boolean known) implements Answer {}

    /**
     * Part of a list.
     *
     * @param list under which the rest can be asked for
     * @param total entries of the whole list
     * @param from index of the first entry here
     * @param packed entries as {@code PackedListing} packs them
     */
    public record Page(long list, int total, int from, byte[] packed) implements Answer {}

    public record Refused(String code, String detail) implements Answer {}
}
