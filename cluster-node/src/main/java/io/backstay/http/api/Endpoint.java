package io.backstay.http.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One method of one address.
 *
 * @param template the address, with {@code {name}} for a segment that varies
 * @param open whether it is served without credentials
 */
record Endpoint(String method, String template, boolean open, Handler handler) {
    /** Does what the endpoint is for. */
    @FunctionalInterface
    interface Handler {
        CompletionStage<ApiAnswer> handle(ApiCall call);
    }

    static Endpoint of(String method, String template, Handler handler) {
        return new Endpoint(method, template, false, handler);
    }

    static Endpoint open(String method, String template, Handler handler) {
        return new Endpoint(method, template, true, handler);
    }

    /** The segments that vary, where the path is one of this template's. */
    Optional<Map<String, String>> match(String path) {
        String[] wanted = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> varying = new HashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{") && !given[i].isEmpty()) {
                varying.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(varying);
    }
}
