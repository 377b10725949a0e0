package io.backstay.manager;

import io.backstay.cluster.identity.ClusterFolder;
import io.backstay.cluster.identity.MasterKey;
import io.backstay.manager.mirror.StateMirror;
import java.util.Optional;

/**
 * What a node needs to be the manager itself.
 *
 * @param masterKey opens the authority's key and the cluster's secrets
 * @param founding the folder from which a new cluster may begin; none where this node may not begin one
 * @param admin whom a new cluster begins with
 * @param mirror where the state is copied to; none without a mirror
 */
public record ManagerHosting(
        MasterKey masterKey, Optional<ClusterFolder> founding, FirstAdmin admin, Optional<StateMirror> mirror) {}
