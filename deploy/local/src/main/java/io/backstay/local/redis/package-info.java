/** A real Redis from the embedded binary, with an append-only file: {@link io.backstay.local.redis.Redis}. */
@NullMarked
package io.backstay.local.redis;

import org.jspecify.annotations.NullMarked;
