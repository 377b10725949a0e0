/**
 * JSON byte for byte as Go's {@code encoding/json} writes it, which restic's format is hashed over:
 * {@link io.backstay.repository.json.GoJson}; and reading of small documents: {@link io.backstay.repository.json.JsonDocument}.
 * Text that need not be UTF-8 is a {@link io.backstay.repository.json.ByteString}. May import {@code model} and Jackson's core
 * and databind.
 */
@NullMarked
package io.backstay.repository.json;

import org.jspecify.annotations.NullMarked;
