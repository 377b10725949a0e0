package io.backstay.manager.command;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.model.JoinTokenId;
import io.backstay.model.NodeId;
import io.backstay.model.Sha256;
import java.time.Duration;
import java.util.Optional;

/** Commands for nodes and the tokens that let them in. */
public sealed interface NodeCommand<R extends ManagerAnswer> extends ManagerCommand<R> {
    /**
     * Says that a node which has a certificate of the cluster's authority is there, with what may have changed since its
     * last start; the system only. Safe to do twice. A removed id is refused with
     * {@link io.backstay.model.ErrorCode#FORBIDDEN}, a known id with another key with
     * {@link io.backstay.model.ErrorCode#CONFLICT}.
     *
     * @param certificatePem the node's certificate, which the manager checks against the cluster's authority
     */
    record RegisterNode(NodeDescription node, String certificatePem) implements NodeCommand<ManagerAnswer.NodeInfo> {}

    /**
     * Asks for a certificate with a join token; anybody may who has one. Safe to do twice with the same key: that takes no
     * second use of the token. A token that is unknown, expired or used up is refused with
     * {@link io.backstay.model.ErrorCode#FORBIDDEN}, otherwise as {@link RegisterNode}.
     *
     * @param joinToken hash of the token that was presented
     * @param signingRequest the node's PKCS#10 request, PEM
     */
    record JoinNode(Sha256 joinToken, NodeDescription node, String signingRequest)
            implements NodeCommand<ManagerAnswer.NodeJoined> {}

    /**
     * Removes a node for good: its id never comes back, its certificate is refused. Admins and operators may. Refused with
     * {@link io.backstay.model.ErrorCode#CONFLICT} for the last node of the roles {@code cluster-manager} and
     * {@code backup-storage}, and, unless forced, where fewer storage nodes would stay than a repository wants replicas.
     */
    record RemoveNode(NodeId node, boolean force, Optional<Long> expectedVersion)
            implements NodeCommand<ManagerAnswer.Done> {}

    /**
     * Makes a join token, whose secret the caller made and keeps. Admins and operators may. Safe to do twice.
     *
     * @param hash of the token, as {@code JoinToken.hash} tells it
     * @param label what it is for, at most 100 characters, may be empty
     * @param validFor at most 30 days
     * @param uses how many nodes it lets in, 1 to 1000
     */
    record CreateJoinToken(JoinTokenId id, Sha256 hash, String label, Duration validFor, int uses)
            implements NodeCommand<ManagerAnswer.JoinTokenInfo> {}

    /** Ends a join token. Admins and operators may. */
    record RevokeJoinToken(JoinTokenId id) implements NodeCommand<ManagerAnswer.Done> {
        /** The token with that id. */
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        public RevokeJoinToken(@JsonProperty("id") JoinTokenId id) {
            this.id = id;
        }
    }

    /** Asks for the join tokens. Admins and operators may. */
    record ListJoinTokens() implements NodeCommand<ManagerAnswer.JoinTokens>, ManagerCommand.Question {}
}
