/**
 * Zstandard, as version 2 of the format uses it: {@link io.backstay.repository.compression.Compressor} and
 * {@link io.backstay.repository.compression.Decompressor}. Invariant: never is more unpacked than the caller said that it
 * expects. May import zstd-jni only.
 */
@NullMarked
package io.backstay.repository.compression;

import org.jspecify.annotations.NullMarked;
