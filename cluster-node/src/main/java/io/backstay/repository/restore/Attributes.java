package io.backstay.repository.restore;

import io.backstay.repository.files.FileAccess;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.tree.GoMode;
import io.backstay.repository.tree.Node;
import io.backstay.repository.tree.NodeType;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.HashSet;
import java.util.Set;

/** Gives a restored file its owner, extended attributes, mode and times, in an order in which none undoes another. */
final class Attributes {
    private final FileAccess files;
    private final Course course;

    /** Only root may give files away; anyone else keeps what they restore, as with restic. */
    private final boolean mayGiveAway;

    Attributes(FileAccess files, Course course) {
        this.files = files;
        this.course = course;
        this.mayGiveAway = files.currentUser().map(user -> user[0] == 0).orElse(false);
    }

    /**
     * Sets all that can be set and reports the rest.
     *
     * @param at where the file is now
     * @param path where it is to be, for reports
     */
    void apply(Node node, ByteString at, ByteString path) {
        attempt(path, () -> {
            try {
                files.setOwner(at, node.owner().uid(), node.owner().gid());
            } catch (AccessDeniedException e) {
                if (mayGiveAway) {
                    throw e;
                }
            }
        });
        attempt(path, () -> extendedAttributes(node, at));
        if (node.type() != NodeType.SYMLINK) {
            // After the owner, whose change clears setuid.
            attempt(path, () -> files.setMode(at, GoMode.unix(node.mode())));
        }
        attempt(
                path,
                () -> files.setTimes(
                        at,
                        node.times().modified().toInstant(),
                        node.times().accessed().toInstant()));
    }

    private void extendedAttributes(Node node, ByteString at) throws IOException {
        Set<ByteString> wanted = new HashSet<>();
        for (Node.ExtendedAttribute attribute : node.extendedAttributes()) {
            wanted.add(attribute.name());
            files.setExtendedAttribute(at, attribute);
        }
        if (node.type() == NodeType.DIR) {
            // A folder may have been there before.
            for (Node.ExtendedAttribute present : files.extendedAttributes(at)) {
                if (!wanted.contains(present.name())
                        && present.name().toString().startsWith("user.")) {
                    files.removeExtendedAttribute(at, present.name());
                }
            }
        }
    }

    /** Something that may fail. */
    private interface Step {
        void run() throws IOException;
    }

    private void attempt(ByteString path, Step step) {
        try {
            step.run();
        } catch (IOException | UnsupportedOperationException e) {
            course.problem(path, e);
        }
    }
}
