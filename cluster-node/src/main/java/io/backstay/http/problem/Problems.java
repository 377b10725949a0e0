package io.backstay.http.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.http.scaladsl.model.IllegalUriException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the answer to a request that failed. Never tells what only the log should say. */
public final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ContentType PROBLEM =
            ContentTypes.create(MediaTypes.customBinary("application", "problem+json", true));
    private static final String RETRY_AFTER = "Retry-After";
    private static final int RETRY_SECONDS = 1;
    private static final String UNEXPECTED = "the node's log has more under this request's id";

    private Problems() {}

    /** The answer to a failure; what is unexpected is logged here, once. */
    public static HttpResponse of(Throwable failure, RequestId id) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case BackstayException known -> of(known, id);
            case EntityStreamSizeException larger -> of(ErrorCode.TOO_LARGE, "the body is longer than it may be", id);
            case EntityStreamException broken -> of(ErrorCode.INVALID_REQUEST, "the body is cut off or malformed", id);
            case IllegalUriException malformed ->
                of(ErrorCode.INVALID_REQUEST, "the address or its query is malformed", id);
            default -> {
                LOG.error("Request {} failed", id.text(), cause);
                yield of(ErrorCode.INTERNAL, UNEXPECTED, id);
            }
        };
    }

    private static HttpResponse of(BackstayException known, RequestId id) {
        if (known.code() == ErrorCode.INTERNAL) {
            LOG.error("Request {} failed", id.text(), known);
            return of(ErrorCode.INTERNAL, UNEXPECTED, id);
        }
        HttpResponse answer = of(known.code(), known.getMessage(), id);
        return known.retryAfter()
                .map(wait -> answer.removeHeader(RETRY_AFTER)
                        .addHeader(RawHeader.create(RETRY_AFTER, String.valueOf(wait.toSeconds()))))
                .orElse(answer);
    }

    /** The answer for a code; the detail is a sentence without a full stop. */
    public static HttpResponse of(ErrorCode code, String detail, RequestId id) {
        HttpResponse response = HttpResponse.create()
                .withStatus(StatusCodes.get(code.status()))
                .withEntity(HttpEntities.create(PROBLEM, body(code, detail, id)));
        return code.status() == 503 || code.status() == 429
                ? response.addHeader(RawHeader.create(RETRY_AFTER, String.valueOf(RETRY_SECONDS)))
                : response;
    }

    /** The document itself, as UTF-8 JSON. */
    static byte[] body(ErrorCode code, String detail, RequestId id) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "urn:backstay:problem:" + code.text());
        problem.put("title", code.title());
        problem.put("status", code.status());
        problem.put("detail", detail);
        problem.put("code", code.text());
        problem.put("advice", code.advice());
        problem.put("requestId", id.text());
        try {
            return JSON.writeValueAsBytes(problem);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers can always be written as JSON", e);
        }
    }
}
