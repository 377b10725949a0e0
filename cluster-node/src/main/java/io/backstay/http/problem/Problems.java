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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the answer to a request that failed. Never tells what only the log should say. */
public final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ContentType PROBLEM =
            ContentTypes.create(MediaTypes.customBinary("application", "problem+json", true));
    private static final int RETRY_SECONDS = 1;

    private Problems() {}

    /** The answer to a failure; what is unexpected is logged here, once. */
    public static HttpResponse of(Throwable failure, RequestId id) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (!(cause instanceof BackstayException known)) {
            LOG.error("Request {} failed", id.text(), cause);
            return of(ErrorCode.INTERNAL, "the node's log has more under this request's id", id);
        }
        if (known.code() == ErrorCode.INTERNAL) {
            LOG.error("Request {} failed", id.text(), known);
        }
        String detail = known.getMessage();
        return of(known.code(), detail == null ? known.code().title() : detail, id);
    }

    /** The answer for a code; the detail is a sentence without a full stop. */
    public static HttpResponse of(ErrorCode code, String detail, RequestId id) {
        HttpResponse response = HttpResponse.create()
                .withStatus(StatusCodes.get(code.status()))
                .withEntity(HttpEntities.create(PROBLEM, body(code, detail, id)));
        return id.on(
                code.status() == 503 || code.status() == 429
                        ? response.addHeader(RawHeader.create("Retry-After", String.valueOf(RETRY_SECONDS)))
                        : response);
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
