package io.backstay.http.api;

import io.backstay.http.HttpServer;
import io.backstay.http.auth.Authenticator;
import io.backstay.http.auth.Credentials;
import io.backstay.http.auth.Principal;
import io.backstay.http.problem.Problems;
import io.backstay.http.problem.RequestBody;
import io.backstay.http.problem.RequestId;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Cookie;
import org.apache.pekko.http.javadsl.model.headers.HttpCookiePair;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Serves {@code /api/v1}: finds the endpoint, reads the body within bounds, checks who asks, writes the answer. */
public final class ApiRoutes implements HttpServer.Routes {
    static final String PREFIX = "/api/v1";
    static final String COOKIE = "backstay_session";
    /** A page of another site can't send it without asking first, which is never allowed. */
    static final String SAME_SITE_HEADER = "X-Backstay-Client";

    private static final int LARGEST_BODY_BYTES = 64 * 1024;
    private static final Set<String> SAFE = Set.of("GET", "HEAD");

    private final ActorSystem<?> system;
    private final Authenticator authenticator;
    private final List<Endpoint> endpoints;

    /** Routes over endpoints. */
    ApiRoutes(ActorSystem<?> system, Authenticator authenticator, List<Endpoint> endpoints) {
        this.system = system;
        this.authenticator = authenticator;
        this.endpoints = List.copyOf(endpoints);
    }

    /** The table of what is served. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    private record Found(Endpoint endpoint, Map<String, String> path) {}

    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest request, String rawPath, InetAddress from, RequestId id) {
        return RequestBody.read(request, LARGEST_BODY_BYTES, system)
                .thenCompose(body -> answer(request, rawPath, body, from, id))
                .exceptionally(failure -> challenge(Problems.of(failure, id)));
    }

    private static HttpResponse challenge(HttpResponse problem) {
        return problem.status().intValue() == 401
                ? problem.addHeader(RawHeader.create("WWW-Authenticate", "Bearer realm=\"Backstay\""))
                : problem;
    }

    private CompletionStage<HttpResponse> answer(
            HttpRequest request, String rawPath, byte[] body, InetAddress from, RequestId id) {
        String method = request.method().value();
        Set<String> allowed = new LinkedHashSet<>();
        Optional<Found> found = find(method, rawPath, allowed);
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(missing(allowed, id));
        }
        requireJson(request, body);
        return principal(request, found.get().endpoint(), from)
                .thenCompose(principal -> found.get()
                        .endpoint()
                        .handler()
                        .handle(new ApiCall(
                                found.get().path(),
                                query(request),
                                body,
                                request.getHeader("If-Match").map(HttpHeader::value),
                                principal,
                                from,
                                id)))
                .thenApply(ApiRoutes::response);
    }

    private Optional<Found> find(String method, String rawPath, Set<String> allowed) {
        if (!rawPath.startsWith(PREFIX + "/")) {
            return Optional.empty();
        }
        String path = rawPath.substring(PREFIX.length());
        Optional<Found> found = Optional.empty();
        for (Endpoint endpoint : endpoints) {
            Optional<Map<String, String>> match = endpoint.match(path);
            if (match.isPresent()) {
                allowed.add(endpoint.method());
                boolean head = method.equals("HEAD") && endpoint.method().equals("GET");
                if (found.isEmpty() && (head || endpoint.method().equals(method))) {
                    found = Optional.of(new Found(endpoint, match.get()));
                }
            }
        }
        return found;
    }

    private static HttpResponse missing(Set<String> allowed, RequestId id) {
        if (allowed.isEmpty()) {
            return Problems.of(ErrorCode.NOT_FOUND, "there is nothing at this address", id);
        }
        String methods = String.join(", ", allowed);
        return Problems.of(ErrorCode.METHOD_NOT_ALLOWED, "it takes " + methods, id)
                .addHeader(RawHeader.create("Allow", methods));
    }

    private static void requireJson(HttpRequest request, byte[] body) {
        boolean json = request.entity().getContentType().mediaType().equals(ContentTypes.APPLICATION_JSON.mediaType());
        if (body.length > 0 && !json) {
            throw new BackstayException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "the body's type is not application/json");
        }
    }

    private CompletionStage<Optional<Principal>> principal(HttpRequest request, Endpoint endpoint, InetAddress from) {
        Optional<Credentials> header =
                request.getHeader("Authorization").map(HttpHeader::value).flatMap(Credentials::parse);
        Optional<Credentials> cookie = cookie(request);
        if (header.isEmpty() && cookie.isPresent()) {
            boolean safe = SAFE.contains(request.method().value());
            if (!safe && request.getHeader(SAME_SITE_HEADER).isEmpty()) {
                throw new BackstayException(
                        ErrorCode.FORBIDDEN, "a change with a session's cookie needs the header " + SAME_SITE_HEADER);
            }
        }
        Optional<Credentials> presented = header.or(() -> cookie);
        if (endpoint.open() && (presented.isEmpty() || header.isEmpty())) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return authenticator
                .check(presented, from)
                .thenApply(ApiRoutes::noToken)
                .thenApply(Optional::of);
    }

    private static Principal noToken(Principal principal) {
        if (principal.token().isPresent()) {
            throw new BackstayException(
                    ErrorCode.FORBIDDEN, "an application token opens its repository only, not the API");
        }
        return principal;
    }

    private static Optional<Credentials> cookie(HttpRequest request) {
        return request.getHeader(Cookie.class).flatMap(cookies -> {
            for (HttpCookiePair pair : cookies.getCookies()) {
                if (pair.name().equals(COOKIE)) {
                    return Optional.<Credentials>of(new Credentials.Bearer(pair.value()));
                }
            }
            return Optional.empty();
        });
    }

    private static Map<String, String> query(HttpRequest request) {
        Map<String, String> query = new HashMap<>();
        request.getUri().query().toMultiMap().forEach((name, values) -> {
            if (values.size() != 1) {
                throw new BackstayException(ErrorCode.INVALID_REQUEST, "a parameter is given more than once");
            }
            query.put(name, values.getFirst());
        });
        return query;
    }

    private static HttpResponse response(ApiAnswer answer) {
        HttpResponse response = HttpResponse.create().withStatus(StatusCodes.get(answer.status()));
        for (HttpHeader header : answer.headers()) {
            response = response.addHeader(header);
        }
        return answer.body().isEmpty()
                ? response
                : response.withEntity(entity(answer.body().get()));
    }

    private static ResponseEntity entity(Object body) {
        return body instanceof ApiAnswer.Text text
                ? HttpEntities.create(ContentTypes.parse(text.mediaType()), text.bytes())
                : HttpEntities.create(ContentTypes.APPLICATION_JSON, Json.write(body));
    }
}
