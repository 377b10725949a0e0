package io.backstay.node;

import io.backstay.cluster.identity.ClusterFolder;
import io.backstay.cluster.identity.MasterKey;
import io.backstay.cluster.identity.NodeIdentity;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.cluster.view.ViewHolder;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/** What the node has become before its services start; its identity has a certificate. */
record NodeStanding(
        NodeIdentity identity,
        NodeDescription description,
        ViewHolder views,
        Optional<ClusterFolder> folder,
        Optional<MasterKey> masterKey,
        Clock clock,
        SecureRandom random) {}
