package io.backstay.manager.state;

import io.backstay.manager.command.Password;
import io.backstay.model.NodeId;

/** What has to be computed before a command can be decided, slow or with keys; not on the manager's own thread. */
public sealed interface Work {
    /** Hash a password: {@link Evidence#passwordHash}. */
    record HashPassword(Password password) implements Work {}

    /** See whether a password is the one of the hash: {@link Evidence#passwordCheck}. */
    record CheckPassword(Password password, String hash) implements Work {
        @Override
        public String toString() {
            return "CheckPassword[hidden]";
        }
    }

    /** Sign a node's request with the cluster's authority: {@link Evidence#certificate}. */
    record SignRequest(NodeId node, String signingRequest, ClusterRecord cluster) implements Work {}

    /** See that a certificate is the node's and the authority's: {@link Evidence#certificate}. */
    record CheckCertificate(NodeId node, String certificatePem, ClusterRecord cluster) implements Work {}
}
