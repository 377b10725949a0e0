package io.backstay.local.control;

import java.util.List;

/**
 * What is asked of a running launcher.
 *
 * @param names the nodes or servers that are meant
 * @param stayDown for {@code KILL}: whether what was killed is not started again
 * @param roles for {@code ADD}
 * @param await for {@code ADD} and {@code START}: whether the answer comes when the node is ready
 */
record Request(Action action, List<String> names, boolean stayDown, List<String> roles, boolean await) {
    Request {
        names = List.copyOf(names);
        roles = List.copyOf(roles);
    }

    /** What to do. */
    enum Action {
        STATUS,
        ADD,
        START,
        STOP,
        KILL,
        PAUSE,
        RESUME
    }

    static Request of(Action action, List<String> names) {
        return new Request(action, names, false, List.of(), false);
    }
}
