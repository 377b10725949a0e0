package io.backstay.manager.mirror;

import io.backstay.manager.state.ManagerState;

/** What a manager that has read its journal found in the mirror. */
public sealed interface MirrorFinding {
    /** No copy, or the very state that the journal has: nothing to be learnt. */
    record Nothing() implements MirrorFinding {}

    /** It cannot be told what is there. */
    record Unreadable(String why) implements MirrorFinding {}

    /** A copy that was made with the master key. */
    record Genuine(ManagerState state) implements MirrorFinding {}
}
