package io.backstay.manager.state;

import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A repository and its policy.
 *
 * @param grants what others than the owner may
 * @param version grows with each change
 */
public record RepositoryRecord(
        RepositoryId id,
        RepositoryName name,
        UserId owner,
        Map<UserId, Permission> grants,
        int replicas,
        Duration trashGrace,
        Instant created,
        long version) {
    /** Sorts the grants. */
    public RepositoryRecord {
        grants = Sorted.map(grants);
    }

    boolean describedBy(ManagerEvent.RepositoryChanged event) {
        return name.equals(event.name())
                && owner.equals(event.owner())
                && replicas == event.replicas()
                && trashGrace.equals(event.trashGrace());
    }

    RepositoryRecord changed(ManagerEvent.RepositoryChanged to) {
        return new RepositoryRecord(
                id,
                to.name(),
                to.owner(),
                Sorted.without(grants, to.owner()),
                to.replicas(),
                to.trashGrace(),
                created,
                version + 1);
    }

    RepositoryRecord withGrants(Map<UserId, Permission> to) {
        return new RepositoryRecord(id, name, owner, to, replicas, trashGrace, created, version + 1);
    }
}
