package io.backstay.manager.state;

import io.backstay.model.NodeId;
import java.time.Instant;
import java.util.UUID;

/** A node's time as manager, from {@code since} to the next one's. */
public record ManagerTenure(long epoch, NodeId node, UUID incarnation, Instant since) {}
