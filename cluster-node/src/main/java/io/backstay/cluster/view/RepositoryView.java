package io.backstay.cluster.view;

import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.UserId;
import java.time.Duration;
import java.util.Map;

/**
 * A repository and its policy.
 *
 * @param owner may do everything in it
 * @param grants what other users may
 * @param replicas the policy's replicas, before the number of storage nodes bounds it
 * @param trashGrace how long a deleted object's file and marker stay on disk
 */
public record RepositoryView(
        RepositoryId id,
        RepositoryName name,
        UserId owner,
        Map<UserId, Permission> grants,
        int replicas,
        Duration trashGrace) {
    /** Copies the grants. */
    public RepositoryView {
        grants = Map.copyOf(grants);
    }
}
