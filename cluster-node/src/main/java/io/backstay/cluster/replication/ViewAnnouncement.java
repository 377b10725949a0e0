package io.backstay.cluster.replication;

import io.backstay.cluster.WireMessage;
import io.backstay.cluster.view.ViewId;
import io.backstay.model.ClusterId;
import io.backstay.model.Sha256;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.ddata.LWWRegister;

/**
 * Says that a view is there and who has it.
 *
 * @param sha256 of the encoded view
 * @param publisher answers {@link ViewExchange.Fetch}
 */
record ViewAnnouncement(
        String cluster,
        long generation,
        long revision,
        String chain,
        long sizeBytes,
        String sha256,
        ActorRef<ViewExchange.Command> publisher)
        implements WireMessage {
    private static final int GENERATION_SHIFT = 40;

    static ViewAnnouncement of(ViewId id, long sizeBytes, Sha256 sha256, ActorRef<ViewExchange.Command> publisher) {
        return new ViewAnnouncement(
                id.cluster().toString(),
                id.generation(),
                id.revision(),
                id.chain().toString(),
                sizeBytes,
                sha256.toString(),
                publisher);
    }

    ViewId id() {
        return new ViewId(ClusterId.parse(cluster), generation, revision, Sha256.parse(chain));
    }

    /** The newer view wins everywhere, whoever wrote it when. */
    static LWWRegister.Clock<ViewAnnouncement> clock() {
        return new NewestView();
    }

    private static final class NewestView implements LWWRegister.Clock<ViewAnnouncement> {
        @Override
        public long apply(long current, ViewAnnouncement value) {
            return (value.generation() << GENERATION_SHIFT) + value.revision();
        }
    }
}
