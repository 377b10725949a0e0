package io.backstay.manager.mirror;

import io.backstay.cluster.identity.MasterKey;
import io.backstay.cluster.view.ViewId;
import io.backstay.manager.journal.StateFormat;
import io.backstay.manager.state.ManagerState;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes copies of the state and opens them again. The MAC is HMAC-SHA256 under a key derived from the master key, over the
 * cluster's id, generation, revision, chain and the state's text. Immutable and safe for use by many threads.
 */
public final class MirrorSeal {
    private static final String PURPOSE = "backstay state mirror";

    private final SecretKeySpec key;
    private final StateFormat format = new StateFormat();

    /** Seals with the master key's mirror key. */
    public MirrorSeal(MasterKey masterKey) {
        this.key = new SecretKeySpec(masterKey.derive(PURPOSE), "HmacSHA256");
    }

    /**
     * A copy of a state.
     *
     * @throws IllegalArgumentException before the cluster began
     */
    public MirrorCopy seal(ManagerState state) {
        ViewId id = state.id().orElseThrow(() -> new IllegalArgumentException("there is no cluster to mirror"));
        String text = new String(format.encode(state), StandardCharsets.UTF_8);
        return new MirrorCopy(id, text, mac(id, text));
    }

    /**
     * The state of a copy.
     *
     * @throws BackstayException with {@link ErrorCode#DAMAGED} where the copy was not made with this master key, was changed,
     *     or is of a version that this program does not know
     */
    public ManagerState open(MirrorCopy copy) {
        if (!MessageDigest.isEqual(
                mac(copy.id(), copy.state()).bytes(), copy.mac().bytes())) {
            throw new BackstayException(ErrorCode.DAMAGED, "the mirror's copy is not genuine");
        }
        ManagerState state = format.decode(copy.state().getBytes(StandardCharsets.UTF_8));
        if (state.id().filter(copy.id()::equals).isEmpty()) {
            throw new BackstayException(ErrorCode.DAMAGED, "the mirror's copy is of another state than it says");
        }
        return state;
    }

    private Sha256 mac(ViewId id, String state) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(ByteBuffer.allocate(4 * Long.BYTES)
                    .putLong(id.cluster().value().getMostSignificantBits())
                    .putLong(id.cluster().value().getLeastSignificantBits())
                    .putLong(id.generation())
                    .putLong(id.revision())
                    .flip());
            mac.update(id.chain().bytes());
            return Sha256.of(mac.doFinal(state.getBytes(StandardCharsets.UTF_8)), 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }
}
