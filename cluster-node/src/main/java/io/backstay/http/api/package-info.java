/**
 * The API for people and machines, {@code /api/v1}: {@link io.backstay.http.api.ApiRoutes} finds the
 * {@link io.backstay.http.api.Endpoint}, reads and authorises; the groups of endpoints parse, call the manager and map its
 * answer. Described by {@code openapi/backstay-v1.yaml}, which the tests hold against the table of endpoints.
 */
@NullMarked
package io.backstay.http.api;

import org.jspecify.annotations.NullMarked;
