package io.backstay.manager.state;

import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Role;
import io.backstay.model.Sha256;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A node that was let in.
 *
 * @param publicKey SHA-256 of its public key; its id never has another
 * @param removed when it was removed for good; the record stays, so that the id cannot come back
 * @param version grows with each change
 */
public record NodeRecord(
        NodeId id,
        NodeName name,
        Set<Role> roles,
        String zone,
        String http,
        String internal,
        Sha256 certificate,
        Sha256 publicKey,
        Instant joined,
        Optional<Instant> removed,
        long version) {
    /** Sorts the roles. */
    public NodeRecord {
        roles = Sorted.set(roles);
    }

    /** Whether it is in the cluster. */
    public boolean admitted() {
        return removed.isEmpty();
    }

    boolean describedBy(ManagerEvent.NodeChanged event) {
        return name.equals(event.name())
                && roles.equals(event.roles())
                && zone.equals(event.zone())
                && http.equals(event.http())
                && internal.equals(event.internal())
                && certificate.equals(event.certificate());
    }

    NodeRecord changed(ManagerEvent.NodeChanged to) {
        return new NodeRecord(
                id,
                to.name(),
                to.roles(),
                to.zone(),
                to.http(),
                to.internal(),
                to.certificate(),
                publicKey,
                joined,
                removed,
                version + 1);
    }

    NodeRecord removedAt(Instant when) {
        return new NodeRecord(
                id, name, roles, zone, http, internal, certificate, publicKey, joined, Optional.of(when), version + 1);
    }
}
