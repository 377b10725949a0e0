package io.backstay.cluster.identity;

import io.backstay.model.ClusterId;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/** A cluster's authority with the nodes that it lets in, for tests. */
public record Founding(Authority authority) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new cluster. */
    public static Founding create() {
        return new Founding(Authority.create(new ClusterId(UUID.randomUUID()), Clock.systemUTC(), RANDOM));
    }

    /** A node of the cluster with its identity in that folder. */
    public NodeIdentity node(Path data) throws IOException {
        NodeIdentity identity = NodeIdentity.open(data, Clock.systemUTC(), RANDOM);
        return identity.admit(
                authority.sign(identity.id(), identity.signingRequest()), authority.certificate(), Clock.systemUTC());
    }
}
