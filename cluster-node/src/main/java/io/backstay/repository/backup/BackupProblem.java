package io.backstay.repository.backup;

import io.backstay.repository.json.ByteString;

/** Something that could not be backed up; the rest was. */
public record BackupProblem(ByteString path, Exception cause) {
    @Override
    public String toString() {
        return "%s: %s".formatted(path, cause.getMessage());
    }
}
