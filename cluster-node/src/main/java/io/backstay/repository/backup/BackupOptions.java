package io.backstay.repository.backup;

import io.backstay.model.Sha256;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.write.SaverSettings;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * What to back up and how to name it.
 *
 * @param targets absolute paths
 * @param excludes patterns as restic's
 * @param oneFileSystem whether other file systems below a target are left out
 * @param parent the snapshot to compare files with; those that have not changed since are not read
 * @param readers files that are read at once
 */
public record BackupOptions(
        List<ByteString> targets,
        String hostname,
        String username,
        List<String> tags,
        List<String> excludes,
        boolean oneFileSystem,
        Optional<Sha256> parent,
        OffsetDateTime time,
        String programVersion,
        SaverSettings saver,
        int readers) {}
