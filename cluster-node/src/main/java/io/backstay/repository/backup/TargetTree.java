package io.backstay.repository.backup;

import io.backstay.repository.json.ByteString;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The folders that lead to the targets of a backup, from the root on. A target that lies in another one is a part of that.
 */
final class TargetTree {
    private final NavigableMap<ByteString, TargetTree> below = new TreeMap<>();
    private boolean target;

    static TargetTree of(Collection<ByteString> targets) {
        TargetTree root = new TargetTree();
        targets.forEach(root::add);
        return root;
    }

    /** Whether everything from here on is backed up. */
    boolean isTarget() {
        return target;
    }

    /** What leads on, by name. */
    Map<ByteString, TargetTree> below() {
        return below;
    }

    private void add(ByteString path) {
        TargetTree at = this;
        int from = 0;
        while (from < path.length() && !at.target) {
            int slash = path.indexOf((byte) '/', from);
            int to = slash < 0 ? path.length() : slash;
            if (to > from) {
                at = at.below.computeIfAbsent(ByteString.of(path.bytes(), from, to), name -> new TargetTree());
            }
            from = to + 1;
        }
        at.target = true;
        at.below.clear();
    }
}
