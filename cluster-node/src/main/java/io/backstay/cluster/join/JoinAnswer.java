package io.backstay.cluster.join;

/**
 * The answer to a join, JSON {@code {"certificate", "authority"}}.
 *
 * @param certificate the node's certificate, PEM
 * @param authority the certificate of the cluster's authority, PEM
 */
public record JoinAnswer(String certificate, String authority) {}
