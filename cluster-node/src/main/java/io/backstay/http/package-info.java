/**
 * What a node serves over HTTP: {@code restic} the restic REST protocol, {@code api} the {@code /api/v1} for people and
 * machines, {@code auth} who asks, {@code problem} how failures are told. {@link io.backstay.http.HttpServer} binds them.
 * May import the rooms that it serves.
 */
@NullMarked
package io.backstay.http;

import org.jspecify.annotations.NullMarked;
