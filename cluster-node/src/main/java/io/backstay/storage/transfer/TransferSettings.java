package io.backstay.storage.transfer;

import java.time.Duration;

/**
 * How nodes wait for each other.
 *
 * @param stall a connection attempt, an upload that the peer does not take, or a download that brings nothing, is given up
 *     after so long
 * @param answer how long a short question may take
 * @param slowAnswer how long the peer may work on its disk before it answers: the end of an upload, a removal, an inventory
 * @param longAnswer how long it may work through a whole object: verifying, copying from another node
 * @param connections to one peer at once; more requests wait
 * @param clockWindow how far a request's time may be from the receiver's clock; the clocks of all nodes must be closer
 *     together than that
 * @param rememberedRequests how many requests of the last two windows are remembered against replay; beyond it more are
 *     refused
 */
public record TransferSettings(
        Duration stall,
        Duration answer,
        Duration slowAnswer,
        Duration longAnswer,
        int connections,
        Duration clockWindow,
        int rememberedRequests) {
    private static final TransferSettings DEFAULTS = new TransferSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            128,
            Duration.ofSeconds(60),
            500_000);

    /** What serves where nothing is configured. */
    public static TransferSettings defaults() {
        return DEFAULTS;
    }

    /** The same with other patience. */
    public TransferSettings withPatience(Duration stall, Duration answer, Duration slowAnswer) {
        return new TransferSettings(
                stall, answer, slowAnswer, longAnswer, connections, clockWindow, rememberedRequests);
    }
}
