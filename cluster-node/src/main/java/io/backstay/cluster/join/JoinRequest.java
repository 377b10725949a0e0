package io.backstay.cluster.join;

import io.backstay.cluster.identity.JoinToken;

/**
 * The body of {@code POST /api/v1/nodes/join}, JSON
 * {@code {"nodeId", "name", "roles": ["backup-storage"], "zone", "addresses": {"http", "internal"}, "csr", "token"}}.
 *
 * @param csr PKCS#10 in PEM for the node's key
 */
public record JoinRequest(NodeDescription node, String csr, JoinToken token) {}
