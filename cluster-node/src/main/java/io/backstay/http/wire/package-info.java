/**
 * The bytes of a client's connection, before and around Pekko's HTTP: {@link io.backstay.http.wire.HeadReader} and
 * {@link io.backstay.http.wire.ChunkReader} say where a request begins and ends, strictly; {@code RequestGate} lets through
 * what they accept and gives up on clients that are too slow; {@link io.backstay.http.wire.Connections} binds the port and
 * bounds the number of connections. Bytes of bodies are passed on as they come, never copied.
 */
@NullMarked
package io.backstay.http.wire;

import org.jspecify.annotations.NullMarked;
