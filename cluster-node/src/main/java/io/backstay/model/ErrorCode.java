package io.backstay.model;

import java.util.Locale;

/**
 * Every way in which a request can fail: a stable name for programs, the HTTP status, whether the same request can never
 * succeed, a title and advice for people.
 */
public enum ErrorCode {
    INVALID_IDENTIFIER(400, true, "Not a valid identifier", "Check the identifier against the documentation."),
    INVALID_NAME(400, true, "Not a valid name", "Choose a name that follows the rule in the detail."),
    INVALID_REQUEST(400, true, "The request cannot be understood", "Check the request against the API's description."),
    CONTENT_MISMATCH(400, true, "The content does not match its name", "Send the content again, whole and unchanged."),
    CONTENT_TRUNCATED(400, true, "The body ended before its announced length", "Send the content again, whole."),
    UNAUTHENTICATED(401, true, "Credentials are missing or wrong", "Sign in, or check the name and password or token."),
    FORBIDDEN(403, true, "These credentials may not do this", "Ask an admin for a grant or a token that allows it."),
    APPEND_ONLY(
            403,
            true,
            "These credentials may append, not change or delete",
            "Use credentials with full permission for forget, prune and key removal."),
    ALREADY_EXISTS(403, true, "It exists already", "Use another name, or keep what is there."),
    REQUEST_TIMEOUT(408, false, "The request came too slowly", "Try again; look for what holds the connection up."),
    CONFLICT(409, true, "It conflicts with what is there", "Read the current state and decide again."),
    NOT_FOUND(404, true, "There is no such thing", "Check the name; it may have been deleted."),
    METHOD_NOT_ALLOWED(405, true, "This address does not take that method", "See the Allow header."),
    NOT_ACCEPTABLE(406, true, "No acceptable form of the answer", "Accept application/json."),
    LENGTH_REQUIRED(411, true, "The length is missing or unreadable", "Send a Content-Length header."),
    PRECONDITION_FAILED(412, true, "It has changed meanwhile", "Read it again, then change it."),
    TOO_LARGE(413, true, "The body is too large", "Send less at once."),
    URI_TOO_LONG(414, true, "The address is too long", "Ask for less at once."),
    UNSUPPORTED_MEDIA_TYPE(415, true, "The body's type is not supported", "Send application/json."),
    RANGE_NOT_SATISFIABLE(416, true, "The range lies outside the object", "Ask for a range within its size."),
    TOO_MANY_REQUESTS(429, false, "Too many requests", "Wait for the time in Retry-After."),
    HEADERS_TOO_LARGE(431, true, "The headers are too large", "Send fewer or shorter headers."),
    INTERNAL(500, false, "Something went wrong inside", "Try again; if it stays, report it with the request id."),
    DAMAGED(
            500,
            false,
            "No good copy could be read",
            "The cluster repairs what it can; try again, and see the node's state."),
    WRONG_PASSWORD(403, true, "No key of the repository fits the password", "Check the password and the repository."),
    REPOSITORY_LOCKED(
            409,
            false,
            "The repository is locked by another process",
            "Wait until it is done; if it died, remove its lock once it is stale."),
    REPOSITORY_DAMAGED(
            500,
            true,
            "The repository holds something that is not what was written",
            "Run a check that reads all data; restore the object from another copy, or back up again."),
    REPOSITORY_UNSUPPORTED(
            501, true, "The repository uses a format that is not known here", "Use a newer version of this program."),
    UNAVAILABLE(503, false, "It cannot be done at this moment", "Try again; a node or database is away or changing."),
    DATABASE_UNAVAILABLE(
            503,
            false,
            "The database does not answer",
            "Try again; reads go on from the disks, the rest when Postgres is back."),
    TOO_FEW_NODES(
            503, false, "Too few storage nodes answer", "Try again; see which nodes are away, and bring them back."),
    STALE_EPOCH(503, false, "Another node has taken over", "Try again."),
    STORAGE_FULL(507, true, "There is no room left", "Add a storage node, or delete what is no longer needed."),
    QUOTA_EXCEEDED(507, true, "The quota is used up", "Delete what is no longer needed, or ask an admin for more.");

    private final int status;
    private final boolean permanent;
    private final String title;
    private final String advice;

    ErrorCode(int status, boolean permanent, String title, String advice) {
        this.status = status;
        this.permanent = permanent;
        this.title = title;
        this.advice = advice;
    }

    /** The stable name, as {@code not-found}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Whether the same request can never succeed, so that nobody should try again. */
    public boolean permanent() {
        return permanent;
    }

    /** One line for people. */
    public String title() {
        return title;
    }

    /** What to do about it. */
    public String advice() {
        return advice;
    }
}
