package io.backstay.http.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * What an endpoint answers.
 *
 * @param body to be written as JSON; none for 204
 */
record ApiAnswer(int status, Optional<Object> body, List<HttpHeader> headers) {
    /** A body that is no JSON. */
    record Text(String mediaType, byte[] bytes) {}

    static ApiAnswer ok(Object body) {
        return new ApiAnswer(200, Optional.of(body), List.of());
    }

    static ApiAnswer created(Object body) {
        return new ApiAnswer(201, Optional.of(body), List.of());
    }

    static ApiAnswer nothing() {
        return new ApiAnswer(204, Optional.empty(), List.of());
    }

    /** With the thing's version, for a later {@code If-Match}. */
    ApiAnswer version(long version) {
        return with(RawHeader.create("ETag", "\"" + version + "\""));
    }

    ApiAnswer with(HttpHeader header) {
        List<HttpHeader> all = new ArrayList<>(headers);
        all.add(header);
        return new ApiAnswer(status, body, all);
    }
}
