package io.backstay.manager;

import io.backstay.model.ClusterId;
import io.backstay.model.NodeId;
import java.time.Duration;
import java.util.Optional;

/**
 * How a node takes part in managing.
 *
 * @param cluster which its certificate is of: the state of another one is not served
 * @param answerWithin how long a command may take, a change of the manager included, before it is refused as unavailable
 * @param hosting present where the node has the role {@code cluster-manager}
 */
public record ManagerSettings(NodeId node, ClusterId cluster, Duration answerWithin, Optional<ManagerHosting> hosting) {
    /** Longer than a change of the manager takes. */
    public static final Duration DEFAULT_ANSWER_WITHIN = Duration.ofSeconds(15);
}
