package io.backstay.http.problem;

import io.backstay.model.ErrorCode;
import java.util.UUID;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/**
 * Answers what could not even be read as a request; named in {@code pekko.http.server.parsing.error-handler}. Nothing is
 * logged: strangers must not be able to fill the log, and a damaged header may hold a password.
 */
public final class ParsingProblems extends ParsingErrorHandler {
    /** Pekko looks for a Scala object. */
    @SuppressWarnings("MemberName") // the name that Scala gives to an object's instance
    public static final ParsingProblems MODULE$ = new ParsingProblems();

    private ParsingProblems() {}

    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
        RequestId id = new RequestId(UUID.randomUUID().toString());
        HttpResponse answer = switch (status.intValue()) {
            case 411 -> Problems.of(ErrorCode.LENGTH_REQUIRED, "the Content-Length cannot be read", id);
            case 413 -> Problems.of(ErrorCode.TOO_LARGE, "the body is longer than it may be", id);
            case 414 -> Problems.of(ErrorCode.URI_TOO_LONG, "the address is too long", id);
            case 431 -> Problems.of(ErrorCode.HEADERS_TOO_LARGE, "there are too many headers, or one is too long", id);
            default -> Problems.of(ErrorCode.INVALID_REQUEST, "this is not an HTTP request", id);
        };
        return id.on(answer);
    }
}
