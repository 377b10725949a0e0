package io.backstay.http.api;

import io.backstay.http.auth.Principal;
import io.backstay.http.problem.RequestId;
import io.backstay.manager.command.Initiator;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request to an endpoint, read and with its credentials checked.
 *
 * @param path the segments that vary, by name, as they came over the wire
 * @param principal none for open endpoints without credentials
 */
record ApiCall(
        Map<String, String> path,
        Map<String, String> query,
        byte[] body,
        Optional<String> ifMatch,
        Optional<Principal> principal,
        InetAddress from,
        RequestId id) {
    private static final Pattern VERSION = Pattern.compile("\"(\\d{1,18})\"");
    private static final int LARGEST_PAGE = 1_000;
    private static final int USUAL_PAGE = 100;

    <T> T path(String name, Function<String, T> parser) {
        String text = path.get(name);
        if (text == null) {
            throw new IllegalStateException("the template has no {" + name + "}");
        }
        return parser.apply(text);
    }

    <T> T body(Class<T> type) {
        return Json.read(body, type);
    }

    Principal user() {
        return principal.orElseThrow(() -> new BackstayException(ErrorCode.UNAUTHENTICATED, "credentials are missing"));
    }

    Initiator initiator() {
        String remote = from.getHostAddress();
        return principal
                .map(who -> Initiator.user(who.user().id(), remote, id.text()))
                .orElseGet(() -> Initiator.stranger(remote, id.text()));
    }

    /** The version that the client has seen; none where it did not say. */
    Optional<Long> expectedVersion() {
        return ifMatch.filter(text -> !text.equals("*")).map(text -> {
            Matcher version = VERSION.matcher(text);
            if (!version.matches()) {
                throw new BackstayException(ErrorCode.INVALID_REQUEST, "If-Match is not an ETag of this API");
            }
            return Long.parseLong(version.group(1));
        });
    }

    int limit() {
        return number("limit", USUAL_PAGE, 1, LARGEST_PAGE);
    }

    int offset() {
        return number("offset", 0, 0, Integer.MAX_VALUE);
    }

    boolean flag(String name) {
        String text = query.getOrDefault(name, "false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new BackstayException(ErrorCode.INVALID_REQUEST, name + " is true or false");
        };
    }

    private int number(String name, int usual, int least, int most) {
        String text = query.get(name);
        if (text == null) {
            return usual;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, name + " is not a number", e);
        }
        throw new BackstayException(ErrorCode.INVALID_REQUEST, "%s is from %d to %d".formatted(name, least, most));
    }
}
