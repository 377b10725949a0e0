package io.backstay.repository.files;

import io.backstay.repository.tree.NodeType;
import java.time.Instant;

/**
 * What the system knows of a file without reading it; of a link itself, not of what it points to.
 *
 * @param unixMode the lower twelve bits of the mode
 * @param uid, gid unsigned
 * @param deviceId of the file system that it is on
 * @param device number of the device that it is
 * @param allocatedBytes of disk space; less than its size where it is sparse
 */
public record FileStatus(
        NodeType type,
        int unixMode,
        int uid,
        int gid,
        long inode,
        long deviceId,
        long sizeBytes,
        long allocatedBytes,
        long links,
        long device,
        Instant modified,
        Instant accessed,
        Instant changed) {}
