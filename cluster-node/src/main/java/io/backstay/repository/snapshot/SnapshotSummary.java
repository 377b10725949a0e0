package io.backstay.repository.snapshot;

import io.backstay.repository.json.GoJson;
import io.backstay.repository.json.JsonDocument;
import io.backstay.repository.json.MalformedJsonException;
import java.time.OffsetDateTime;

/**
 * What a backup did, as restic notes it in a snapshot since 0.17.
 *
 * @param dataAdded bytes of new blobs before compression
 * @param dataAddedPacked bytes of new blobs as they are stored
 */
public record SnapshotSummary(
        OffsetDateTime backupStart,
        OffsetDateTime backupEnd,
        long filesNew,
        long filesChanged,
        long filesUnmodified,
        long dirsNew,
        long dirsChanged,
        long dirsUnmodified,
        long dataBlobs,
        long treeBlobs,
        long dataAdded,
        long dataAddedPacked,
        long totalFilesProcessed,
        long totalBytesProcessed) {

    static SnapshotSummary read(JsonDocument document) throws MalformedJsonException {
        return new SnapshotSummary(
                document.time("backup_start"),
                document.time("backup_end"),
                count(document, "files_new"),
                count(document, "files_changed"),
                count(document, "files_unmodified"),
                count(document, "dirs_new"),
                count(document, "dirs_changed"),
                count(document, "dirs_unmodified"),
                count(document, "data_blobs"),
                count(document, "tree_blobs"),
                count(document, "data_added"),
                count(document, "data_added_packed"),
                count(document, "total_files_processed"),
                count(document, "total_bytes_processed"));
    }

    void write(GoJson json) {
        json.beginObject();
        json.name("backup_start").value(backupStart);
        json.name("backup_end").value(backupEnd);
        json.name("files_new").unsigned(filesNew);
        json.name("files_changed").unsigned(filesChanged);
        json.name("files_unmodified").unsigned(filesUnmodified);
        json.name("dirs_new").unsigned(dirsNew);
        json.name("dirs_changed").unsigned(dirsChanged);
        json.name("dirs_unmodified").unsigned(dirsUnmodified);
        json.name("data_blobs").unsigned(dataBlobs);
        json.name("tree_blobs").unsigned(treeBlobs);
        json.name("data_added").unsigned(dataAdded);
        json.name("data_added_packed").unsigned(dataAddedPacked);
        json.name("total_files_processed").unsigned(totalFilesProcessed);
        json.name("total_bytes_processed").unsigned(totalBytesProcessed);
        json.endObject();
    }

    private static long count(JsonDocument document, String name) throws MalformedJsonException {
        return document.number(name, 0, Long.MAX_VALUE);
    }
}
