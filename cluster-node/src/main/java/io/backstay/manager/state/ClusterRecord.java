package io.backstay.manager.state;

import io.backstay.model.ClusterId;
import java.time.Instant;

/**
 * What makes a cluster this one.
 *
 * @param authorityCertificate PEM of its authority's own certificate
 * @param sealedAuthorityKey under the master key, base64
 * @param sealedTransferKey 32 bytes under the master key, base64
 * @param sealedSessionKey 32 bytes under the master key, base64
 */
public record ClusterRecord(
        ClusterId id,
        Instant created,
        String authorityCertificate,
        String sealedAuthorityKey,
        String sealedTransferKey,
        String sealedSessionKey) {
    @Override
    public String toString() {
        return "ClusterRecord[id=%s]".formatted(id);
    }
}
