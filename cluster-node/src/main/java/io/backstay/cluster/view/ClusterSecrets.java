package io.backstay.cluster.view;

/**
 * Keys that every node of the cluster shares. They travel over the cluster's mutual TLS only and are kept in a file that
 * only the node's user can read.
 *
 * @param transferKey authenticates node-to-node transfer, base64 of 32 bytes
 * @param sessionKey signs sessions, base64 of 32 bytes
 */
public record ClusterSecrets(String transferKey, String sessionKey) {
    @Override
    public String toString() {
        return "ClusterSecrets[hidden]";
    }
}
