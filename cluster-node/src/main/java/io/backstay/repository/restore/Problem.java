package io.backstay.repository.restore;

import io.backstay.repository.json.ByteString;

/**
 * Something that could not be restored, or not wholly; the rest went on.
 *
 * @param path where it was to go
 */
public record Problem(ByteString path, Exception cause) {
    @Override
    public String toString() {
        return "%s: %s".formatted(path, cause.getMessage());
    }
}
