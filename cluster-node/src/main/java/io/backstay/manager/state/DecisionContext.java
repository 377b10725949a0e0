package io.backstay.manager.state;

import io.backstay.manager.command.Initiator;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What a decision depends on besides state and command.
 *
 * @param by on whose behalf
 * @param now when
 * @param ids fresh ids
 * @param evidence what was computed for this command so far
 */
public record DecisionContext(Initiator by, Instant now, Supplier<UUID> ids, Evidence evidence) {}
