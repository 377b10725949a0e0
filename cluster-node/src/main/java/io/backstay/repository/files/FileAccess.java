package io.backstay.repository.files;

import io.backstay.repository.json.ByteString;
import io.backstay.repository.tree.Node;
import io.backstay.repository.tree.NodeType;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Files of this machine. Paths are bytes, with {@code /} between names; links are never followed at a path's end. Safe for use
 * by many threads.
 *
 * <p>Failures: {@link java.nio.file.NoSuchFileException}, {@link java.nio.file.AccessDeniedException},
 * {@link java.nio.file.FileAlreadyExistsException}, {@link java.nio.file.DirectoryNotEmptyException},
 * {@link UnsupportedOperationException} where the file system has no such thing, and any other
 * {@link java.nio.file.FileSystemException} with the system's own words.
 */
public interface FileAccess {
    /** What is known of a file. */
    FileStatus status(ByteString path) throws IOException;

    /** The names in a folder, in the order of their bytes. */
    List<ByteString> names(ByteString folder) throws IOException;

    /** What a link points to. */
    ByteString linkTarget(ByteString path) throws IOException;

    /** The extended attributes that can be read, in the order in which the system has them; none where it has none. */
    List<Node.ExtendedAttribute> extendedAttributes(ByteString path) throws IOException;

    /** Opens a file to be read once from its beginning, without noting the access where that may be. */
    FileReader open(ByteString path) throws IOException;

    /** Makes a folder that only its owner may enter. */
    void makeFolder(ByteString path) throws IOException;

    /** Makes a new file that only its owner may read, and opens it. */
    FileWriter create(ByteString path) throws IOException;

    /** Opens a file that is there, to be changed. */
    FileWriter change(ByteString path) throws IOException;

    /** Makes a link that points to a target, whatever that is. */
    void makeLink(ByteString path, ByteString target) throws IOException;

    /** Gives a file another name. */
    void makeHardLink(ByteString path, ByteString existing) throws IOException;

    /** Makes a device or a named pipe that only its owner may use. */
    void makeSpecial(ByteString path, NodeType type, long device) throws IOException;

    /** Sets owner and group. */
    void setOwner(ByteString path, int uid, int gid) throws IOException;

    /** Sets the lower twelve bits of the mode; not for links. */
    void setMode(ByteString path, int unixMode) throws IOException;

    /** Sets two of the times; the third is the system's. */
    void setTimes(ByteString path, Instant modified, Instant accessed) throws IOException;

    /** Sets an extended attribute. */
    void setExtendedAttribute(ByteString path, Node.ExtendedAttribute attribute) throws IOException;

    /** Removes an extended attribute. */
    void removeExtendedAttribute(ByteString path, ByteString name) throws IOException;

    /** Gives a file another name, in one step, in place of what is there under it and is no folder. */
    void rename(ByteString from, ByteString to) throws IOException;

    /** Deletes what is no folder. */
    void delete(ByteString path) throws IOException;

    /** Deletes an empty folder. */
    void deleteFolder(ByteString path) throws IOException;

    /** A user's name; empty where there is none. */
    String userName(int uid);

    /** A group's name; empty where there is none. */
    String groupName(int gid);

    /** The number of the user who runs this process, and of their group. */
    Optional<int[]> currentUser();
}
