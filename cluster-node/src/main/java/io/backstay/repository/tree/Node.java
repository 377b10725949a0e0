package io.backstay.repository.tree;

import io.backstay.model.Sha256;
import io.backstay.repository.json.ByteString;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An entry of a folder.
 *
 * @param mode Go's file mode, see {@link GoMode}
 * @param inode, deviceId, links 0 where they are not known; unsigned
 * @param size of a file's content in bytes
 * @param device number of a device
 * @param genericAttributes what other systems keep, as JSON
 * @param content the ids of a file's parts in order; none for what is no file
 * @param subtree the id of a folder's tree
 * @param error what restic noted when it could not read everything
 */
public record Node(
        ByteString name,
        NodeType type,
        long mode,
        Times times,
        Owner owner,
        long inode,
        long deviceId,
        long size,
        long links,
        ByteString linkTarget,
        List<ExtendedAttribute> extendedAttributes,
        Map<String, byte[]> genericAttributes,
        long device,
        Optional<List<Sha256>> content,
        Optional<Sha256> subtree,
        String error) {

    /** When the content, the last access and the metadata were; with the zone that they were noted in. */
    public record Times(OffsetDateTime modified, OffsetDateTime accessed, OffsetDateTime changed) {}

    /** Numbers, unsigned, and names, empty where there are none. */
    public record Owner(int uid, int gid, String user, String group) {}

    /** A name and a value. */
    public record ExtendedAttribute(ByteString name, byte[] value) {}

    /** The same with a file's parts and their length in sum. */
    public Node withContent(List<Sha256> parts, long sizeBytes) {
        return new Node(
                name,
                type,
                mode,
                times,
                owner,
                inode,
                deviceId,
                sizeBytes,
                links,
                linkTarget,
                extendedAttributes,
                genericAttributes,
                device,
                Optional.of(List.copyOf(parts)),
                subtree,
                error);
    }

    /** The same with a folder's tree. */
    public Node withSubtree(Sha256 tree) {
        return new Node(
                name,
                type,
                mode,
                times,
                owner,
                inode,
                deviceId,
                size,
                links,
                linkTarget,
                extendedAttributes,
                genericAttributes,
                device,
                content,
                Optional.of(tree),
                error);
    }

    /** The same under another name. */
    public Node withName(ByteString other) {
        return new Node(
                other,
                type,
                mode,
                times,
                owner,
                inode,
                deviceId,
                size,
                links,
                linkTarget,
                extendedAttributes,
                genericAttributes,
                device,
                content,
                subtree,
                error);
    }
}
