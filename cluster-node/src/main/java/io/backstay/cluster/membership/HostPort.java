package io.backstay.cluster.membership;

/** An address {@code host:port}; an IPv6 host stands in brackets when printed. */
public record HostPort(String host, int port) {
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
