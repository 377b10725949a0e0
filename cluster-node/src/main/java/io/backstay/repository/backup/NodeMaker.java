package io.backstay.repository.backup;

import io.backstay.repository.files.FileAccess;
import io.backstay.repository.files.FileStatus;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.tree.GoMode;
import io.backstay.repository.tree.Node;
import io.backstay.repository.tree.NodeType;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes nodes of files, with the fields that restic fills for each type. The time of access is left out, as restic does. */
final class NodeMaker {
    private final FileAccess files;
    private final ZoneId zone;
    private final Tally tally;

    NodeMaker(FileAccess files, ZoneId zone, Tally tally) {
        this.files = files;
        this.zone = zone;
        this.tally = tally;
    }

    /** The node without content or tree. Extended attributes that cannot be read are reported and left out. */
    Node make(ByteString name, ByteString path, FileStatus status) throws IOException {
        NodeType type = status.type();
        boolean counted = type != NodeType.DIR && type != NodeType.FIFO && type != NodeType.SOCKET;
        boolean device = type == NodeType.DEV || type == NodeType.CHARDEV;
        OffsetDateTime modified = at(status.modified());
        return new Node(
                name,
                type,
                GoMode.of(type, status.unixMode()),
                new Node.Times(modified, modified, at(status.changed())),
                new Node.Owner(status.uid(), status.gid(), files.userName(status.uid()), files.groupName(status.gid())),
                status.inode(),
                status.deviceId(),
                type == NodeType.FILE ? status.sizeBytes() : 0,
                counted ? status.links() : 0,
                type == NodeType.SYMLINK ? files.linkTarget(path) : ByteString.EMPTY,
                attributes(path),
                Map.of(),
                device ? status.device() : 0,
                Optional.empty(),
                Optional.empty(),
                "");
    }

    private List<Node.ExtendedAttribute> attributes(ByteString path) {
        try {
            return files.extendedAttributes(path);
        } catch (IOException | UnsupportedOperationException e) {
            tally.problem(path, e);
            return List.of();
        }
    }

    /** In the zone of this machine, as it was at that moment. */
    private OffsetDateTime at(Instant moment) {
        return moment.atZone(zone).toOffsetDateTime();
    }
}
