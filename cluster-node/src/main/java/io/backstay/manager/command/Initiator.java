package io.backstay.manager.command;

import io.backstay.model.UserId;
import java.util.Optional;

/**
 * Who caused a command, as the node that took the request authenticated it; it stands in every event.
 *
 * @param user present exactly for {@link Kind#USER}
 * @param remote address that the request came from, empty for the system itself
 * @param request id of the request, as in its log lines and its answer
 */
public record Initiator(Kind kind, Optional<UserId> user, String remote, String request) {
    private static final int MAX_TEXT = 128;

    /** The kinds of initiators. */
    public enum Kind {
        /** The cluster itself: a node that starts, the manager. May do everything. */
        SYSTEM,
        /** A user who is signed in. */
        USER,
        /** Nobody that the cluster knows, such as a node that asks to join. */
        STRANGER
    }

    /** Shortens what came from outside and checks that exactly users have an id. */
    public Initiator {
        if ((kind == Kind.USER) != user.isPresent()) {
            throw new IllegalArgumentException("a user, and only a user, has a user id");
        }
        remote = shortened(remote);
        request = shortened(request);
    }

    /** The cluster itself. */
    public static Initiator system(String request) {
        return new Initiator(Kind.SYSTEM, Optional.empty(), "", request);
    }

    /** A user whose credentials were checked. */
    public static Initiator user(UserId user, String remote, String request) {
        return new Initiator(Kind.USER, Optional.of(user), remote, request);
    }

    /** Someone unknown at an address. */
    public static Initiator stranger(String remote, String request) {
        return new Initiator(Kind.STRANGER, Optional.empty(), remote, request);
    }

    private static String shortened(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }
}
