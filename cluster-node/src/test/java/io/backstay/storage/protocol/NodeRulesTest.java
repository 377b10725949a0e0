package io.backstay.storage.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.Sha256;
import io.backstay.storage.protocol.NodeRules.Admission;
import io.backstay.storage.protocol.NodeRules.Announced;
import io.backstay.storage.protocol.NodeRules.DiscardDecision;
import io.backstay.storage.protocol.NodeRules.Fence;
import io.backstay.storage.protocol.NodeRules.KeyState;
import io.backstay.storage.protocol.NodeRules.PublishDecision;
import io.backstay.storage.protocol.NodeRules.RemoveDecision;
import io.backstay.storage.protocol.NodeRules.Standing;
import io.backstay.storage.protocol.NodeRules.Told;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NodeRulesTest {
    private static final Sha256 ONE = new Sha256(1, 1, 1, 1);
    private static final Sha256 TWO = new Sha256(2, 2, 2, 2);
    private static final Standing EPOCH_3 = new Standing(3, 7, Told.NOTHING);

    @Test
    void refusesAnOlderEpochEverywhere() {
        Fence old = new Fence(2, 100);
        assertThat(NodeRules.announce(EPOCH_3, 2, 2)).isEqualTo(new Announced.Refused(3));
        assertThat(NodeRules.admit(EPOCH_3, old)).isEqualTo(new Admission.Stale(3));
        assertThat(NodeRules.advance(EPOCH_3, old, Told.NOTHING)).isEqualTo(new Admission.Stale(3));
        assertThat(NodeRules.publish(EPOCH_3, old, KeyState.NOTHING, ONE))
                .isEqualTo(new PublishDecision.RefusedStaleEpoch(3));
        assertThat(NodeRules.remove(EPOCH_3, old, KeyState.NOTHING)).isEqualTo(new RemoveDecision.RefusedStaleEpoch(3));
    }

    @Test
    void announcingTwiceChangesNothing() {
        Standing once = new Standing(4, 7, new Told(4, 0, 0));
        assertThat(NodeRules.announce(EPOCH_3, 4, 2)).isEqualTo(new Announced.Accepted(once));
        assertThat(NodeRules.announce(once, 4, 2)).isEqualTo(new Announced.Accepted(once));
    }

    @Test
    void aLaterEpochIsTakenOverAndTheStampNeverFalls() {
        assertThat(NodeRules.admit(EPOCH_3, new Fence(5, 2)))
                .isEqualTo(new Admission.Admitted(new Standing(5, 7, Told.NOTHING)));
        Standing announced = new Standing(3, 7, new Told(3, 0, 0));
        assertThat(NodeRules.advance(announced, new Fence(3, 9), new Told(3, 1, 2)))
                .isEqualTo(new Admission.Admitted(new Standing(3, 9, new Told(3, 1, 2))));
        assertThat(NodeRules.advance(EPOCH_3, new Fence(3, 9), new Told(3, 1, 2)))
                .as("a disk to which the epoch was not announced")
                .isEqualTo(new Admission.Admitted(new Standing(3, 9, Told.NOTHING)));
    }

    @Test
    void whatIsSaidLaterCountsWhetherItIsMoreOrLess() {
        Told more = new Told(3, 1, 2);
        Told less = new Told(3, 2, 1);
        assertThat(more.orLater(less)).isEqualTo(less);
        assertThat(less.orLater(more)).isEqualTo(less);
        assertThat(new Told(3, 0, 2).orLater(new Told(3, 0, 1)))
                .as("at the beginning of an epoch")
                .isEqualTo(new Told(3, 0, 1));
        assertThat(NodeRules.announce(new Standing(3, 7, more), 4, 1))
                .isEqualTo(new Announced.Accepted(new Standing(4, 7, new Told(4, 0, 1))));
        assertThat(NodeRules.announce(new Standing(4, 7, new Told(4, 2, 2)), 4, 1))
                .as("told again")
                .isEqualTo(new Announced.Accepted(new Standing(4, 7, new Told(4, 2, 2))));
    }

    @Test
    void fewerThanWDisksMayBeSilent() {
        Told told = new Told(3, 1, 2);
        assertThat(Told.complete(3, List.of(told, told), 2)).isTrue();
        assertThat(Told.complete(3, List.of(told), 2)).isFalse();
        assertThat(Told.complete(3, List.of(told, told), 1)).as("W has fallen").isFalse();
        assertThat(Told.complete(3, List.of(told, new Told(3, 2, 1)), 2))
                .as("and one of them was told")
                .isFalse();
    }

    /** It may have taken the place of one that held copies: what only the silent one had was left out. */
    @Test
    void aDiskThatWasToldNothingCountsAsSilent() {
        Told told = new Told(3, 1, 2);
        assertThat(Told.complete(3, List.of(told, Told.NOTHING), 2)).isFalse();
        assertThat(Told.complete(3, List.of(told, told, Told.NOTHING), 2)).isTrue();
        assertThat(Told.complete(3, List.of(Told.NOTHING, Told.NOTHING), 2)).isFalse();
        assertThat(Told.complete(3, List.of(Told.NOTHING, Told.NOTHING, Told.NOTHING), 2))
                .as("nothing better can be had")
                .isTrue();
    }

    @Test
    void aLateRenameAfterARemovalIsRefused() {
        assertThat(publish(8, KeyState.NOTHING.trashed(9), ONE)).isEqualTo(new PublishDecision.RefusedRemoved(9));
    }

    @Test
    void aTicketOpenedAfterTheRemovalSupersedesTheMarker() {
        assertThat(publish(9, KeyState.NOTHING.trashed(9), ONE)).isEqualTo(new PublishDecision.Place());
        assertThat(publish(10, KeyState.NOTHING.trashed(9), ONE)).isEqualTo(new PublishDecision.Place());
    }

    @Test
    void neverRenamesOverTheFileOfALaterTicket() {
        KeyState there = KeyState.NOTHING.placed(9, ONE);
        assertThat(publish(8, there, TWO)).isEqualTo(new PublishDecision.RefusedNewerPresent(9));
        assertThat(publish(8, there, ONE)).isEqualTo(new PublishDecision.AlreadyThere(9));
        assertThat(publish(10, there, TWO)).isEqualTo(new PublishDecision.Place());
    }

    @Test
    void ofTwoContentsWithOneRevisionTheFirstStays() {
        assertThat(publish(9, KeyState.NOTHING.placed(9, ONE), TWO))
                .isEqualTo(new PublishDecision.RefusedNewerPresent(9));
    }

    @Test
    void aRemovalTakesWhatWasWrittenBeforeItAndKeepsWhatCameAfter() {
        assertThat(remove(9, KeyState.NOTHING.placed(8, ONE))).isEqualTo(new RemoveDecision.Trash());
        assertThat(remove(9, KeyState.NOTHING.placed(9, ONE))).isEqualTo(new RemoveDecision.KeepNewer(9));
        assertThat(remove(9, KeyState.NOTHING.placed(12, ONE))).isEqualTo(new RemoveDecision.KeepNewer(12));
    }

    @Test
    void aRemovalOfWhatIsNotThereLeavesAMarkerOnce() {
        assertThat(remove(9, KeyState.NOTHING)).isEqualTo(new RemoveDecision.Mark());
        assertThat(remove(9, KeyState.NOTHING.trashed(9))).isEqualTo(new RemoveDecision.AlreadyRemoved(9));
        assertThat(remove(9, KeyState.NOTHING.trashed(4))).isEqualTo(new RemoveDecision.Mark());
    }

    @Test
    void aDiscardTakesTheOldCopyOnlyAndMarksNothing() {
        assertThat(discard(9, KeyState.NOTHING.placed(8, ONE))).isEqualTo(new DiscardDecision.Drop());
        assertThat(discard(9, KeyState.NOTHING.placed(9, ONE))).isEqualTo(new DiscardDecision.KeepNewer(9));
        assertThat(discard(9, KeyState.NOTHING.trashed(3))).isEqualTo(new DiscardDecision.Nothing());
        assertThat(NodeRules.discard(EPOCH_3, new Fence(2, 9), KeyState.NOTHING))
                .isEqualTo(new DiscardDecision.RefusedStaleEpoch(3));
        assertThat(KeyState.NOTHING.trashed(3).placed(4, ONE).discarded()).isEqualTo(KeyState.NOTHING.trashed(3));
    }

    @Test
    void aFileThatLostItsRevisionIsAsLateAsTheMarkerBesideIt() {
        KeyState lost = KeyState.NOTHING.trashed(9).placed(0, ONE);
        assertThat(remove(9, lost)).isEqualTo(new RemoveDecision.KeepNewer(9));
        assertThat(remove(10, lost)).isEqualTo(new RemoveDecision.Trash());
    }

    /**
     * Whatever order messages come in, and however often: once every put and removal of one key has come, what is left is
     * the newest put if nothing removed it later, and otherwise nothing.
     */
    @Test
    void anyOrderOfMessagesEndsWithTheNewestTruth() {
        for (long seed = 1; seed <= 5_000; seed++) {
            Random random = new Random(seed);
            List<Message> messages = history(random);
            long newestPut = messages.stream()
                    .filter(Message::put)
                    .mapToLong(Message::revision)
                    .max()
                    .orElse(-1);
            long newestRemoval = messages.stream()
                    .filter(m -> !m.put())
                    .mapToLong(Message::revision)
                    .max()
                    .orElse(-1);
            List<Message> delivered = new ArrayList<>(messages);
            delivered.addAll(messages);
            Collections.shuffle(delivered, random);
            KeyState state = KeyState.NOTHING;
            for (Message message : delivered) {
                state = deliver(state, message);
            }
            boolean there = newestPut >= 0 && newestPut >= newestRemoval;
            assertThat(state.present().isPresent())
                    .as("seed %d: %s", seed, delivered)
                    .isEqualTo(there);
            if (there) {
                assertThat(state.present().get().sha256()).as("seed %d", seed).isEqualTo(content(newestPut));
            }
        }
    }

    private static KeyState deliver(KeyState state, Message message) {
        Fence fence = new Fence(3, message.revision());
        if (message.put()) {
            return switch (NodeRules.publish(EPOCH_3, fence, state, content(message.revision()))) {
                case PublishDecision.Place place -> state.placed(message.revision(), content(message.revision()));
                case PublishDecision.AlreadyThere there -> state;
                case PublishDecision.RefusedRemoved refused -> state;
                case PublishDecision.RefusedNewerPresent refused -> state;
                case PublishDecision.RefusedStaleEpoch refused -> throw new AssertionError(refused);
            };
        }
        return switch (NodeRules.remove(EPOCH_3, fence, state)) {
            case RemoveDecision.Trash trash -> state.trashed(message.revision());
            case RemoveDecision.Mark mark -> state.trashed(message.revision());
            case RemoveDecision.AlreadyRemoved already -> state;
            case RemoveDecision.KeepNewer keep -> state;
            case RemoveDecision.RefusedStaleEpoch refused -> throw new AssertionError(refused);
        };
    }

    /** Removals have revisions of their own; a put carries the revision of the last event, at most one ticket each. */
    private static List<Message> history(Random random) {
        List<Message> messages = new ArrayList<>();
        long revision = 1;
        int length = 1 + random.nextInt(6);
        for (int i = 0; i < length; i++) {
            if (random.nextBoolean()) {
                messages.add(new Message(false, ++revision));
            }
            if (random.nextBoolean()) {
                messages.add(new Message(true, revision));
                revision++;
            }
        }
        return messages;
    }

    private static Sha256 content(long revision) {
        return new Sha256(revision, 0, 0, 0);
    }

    private static PublishDecision publish(long revision, KeyState state, Sha256 sha256) {
        return NodeRules.publish(EPOCH_3, new Fence(3, revision), state, sha256);
    }

    private static RemoveDecision remove(long revision, KeyState state) {
        return NodeRules.remove(EPOCH_3, new Fence(3, revision), state);
    }

    private static DiscardDecision discard(long revision, KeyState state) {
        return NodeRules.discard(EPOCH_3, new Fence(3, revision), state);
    }

    private record Message(boolean put, long revision) {}
}
