package io.backstay.http.wire;

import java.time.Duration;

/**
 * How long clients are waited for, and how many of them.
 *
 * @param headWithin from the connection, or a request's first byte, to the end of its head
 * @param idle how long a connection is kept without a request, and how far a client may fall behind {@code slowestBytes}
 * @param slowestBytes the speed, in bytes a second, that bodies and answers must have on the whole
 * @param mostConnections beyond them the one that has been without a request for longest ends
 */
public record WireLimits(Duration headWithin, Duration idle, long slowestBytes, int mostConnections) {}
