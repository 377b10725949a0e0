package io.backstay.manager.command;

import io.backstay.model.ClusterId;
import io.backstay.model.NodeId;
import io.backstay.model.Sha256;
import io.backstay.model.UserName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Commands for the cluster as a whole. */
public sealed interface ClusterCommand<R extends ManagerAnswer> extends ManagerCommand<R> {
    /**
     * Begins a cluster with its first admin; the system only, and only while there is none.
     *
     * @param authorityCertificate PEM of the authority's own certificate
     * @param sealedAuthorityKey the authority's key under the master key, base64
     * @param sealedTransferKey 32 random bytes under the master key, base64
     * @param sealedSessionKey 32 random bytes under the master key, base64
     * @param admin name of the first admin
     * @param joinToken the first join token, where one was made together with the authority
     */
    record CreateCluster(
            ClusterId id,
            Instant created,
            String authorityCertificate,
            String sealedAuthorityKey,
            String sealedTransferKey,
            String sealedSessionKey,
            UserName admin,
            Password password,
            Optional<FirstJoinToken> joinToken)
            implements ClusterCommand<ManagerAnswer.Done> {
        @Override
        public String toString() {
            return "CreateCluster[id=%s]".formatted(id);
        }
    }

    /** A join token that begins with the cluster. */
    record FirstJoinToken(Sha256 hash, Duration validFor, int uses) {}

    /**
     * Makes a node the manager; the system only.
     *
     * @param epoch the state's epoch + 1, otherwise refused with {@link io.backstay.model.ErrorCode#STALE_EPOCH}
     * @param incarnation tells this start of the actor from every other
     */
    record ActivateManager(long epoch, NodeId node, UUID incarnation) implements ClusterCommand<ManagerAnswer.Done> {}

    /** Asks for the cluster, its nodes and managers; every user may. */
    record DescribeCluster() implements ClusterCommand<ManagerAnswer.ClusterInfo>, ManagerCommand.Question {}
}
