package io.backstay.http.problem;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** The id under which a request stands in log lines, in events and in its answer. */
public record RequestId(String text) {
    /** The header that carries it, both ways. */
    public static final String HEADER = "X-Request-Id";

    private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** The id that the client sent where it is harmless to write down, a new one otherwise. */
    public static RequestId of(HttpRequest request) {
        Optional<String> sent = request.getHeader(HEADER).map(HttpHeader::value);
        return new RequestId(sent.filter(id -> ACCEPTED.matcher(id).matches())
                .orElseGet(() -> UUID.randomUUID().toString()));
    }

    /** The answer with the id in its header. */
    public HttpResponse on(HttpResponse response) {
        return response.addHeader(RawHeader.create(HEADER, text));
    }
}
