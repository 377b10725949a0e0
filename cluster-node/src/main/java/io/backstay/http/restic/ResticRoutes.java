package io.backstay.http.restic;

import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.RepositoryView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.http.auth.Authenticator;
import io.backstay.http.auth.Credentials;
import io.backstay.http.auth.Principal;
import io.backstay.http.problem.Problems;
import io.backstay.http.problem.RequestBody;
import io.backstay.http.problem.RequestId;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectType;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryName;
import io.backstay.storage.door.Caller;
import io.backstay.storage.door.ObjectDoor;
import io.backstay.storage.door.ObjectDoor.ObjectInfo;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Serves the restic REST protocol. Where an owner moves, a quorum or a database is missing it answers 503, which restic tries
 * again; never 404, 403 or an empty list, which restic would believe. An upload of what is there is answered 200, so that
 * a lost answer does no harm to a client that may only append.
 */
public final class ResticRoutes {
    private static final ContentType BINARY = ContentTypes.APPLICATION_OCTET_STREAM;
    private static final String VERSION_2 = "application/vnd.x.restic.rest.v2";
    private static final ContentType LIST_1 =
            ContentTypes.create(MediaTypes.customBinary("application", "vnd.x.restic.rest.v1", true));
    private static final ContentType LIST_2 =
            ContentTypes.create(MediaTypes.customBinary("application", "vnd.x.restic.rest.v2", true));
    private static final int LIST_ENTRIES_A_CHUNK = 1000;
    private static final int LIST_ENTRY_CHARS = 100;
    private static final HttpHeader DEGRADED = RawHeader.create("Backstay-Degraded", "true");

    private final ActorSystem<?> system;
    private final Authenticator authenticator;
    private final ViewSource views;
    private final ObjectDoor door;
    private final RepositoryCreator creator;
    private final long largestObjectBytes;
    private final UploadPlaces places;

    /** Makes a repository at {@code restic init}. */
    @FunctionalInterface
    public interface RepositoryCreator {
        /** Completes once this node's view knows the repository; safe to do twice. */
        CompletionStage<RepositoryView> create(
                Principal principal, RepositoryName name, InetAddress from, RequestId id);
    }

    /**
     * The routes of a node.
     *
     * @param largestObjectBytes a longer body is refused with 413
     * @param places for the uploads of each user
     */
    public ResticRoutes(
            ActorSystem<?> system,
            Authenticator authenticator,
            ViewSource views,
            ObjectDoor door,
            RepositoryCreator creator,
            long largestObjectBytes,
            UploadPlaces places) {
        this.system = system;
        this.authenticator = authenticator;
        this.views = views;
        this.door = door;
        this.creator = creator;
        this.largestObjectBytes = largestObjectBytes;
        this.places = places;
    }

    /** Who asks for what, once both are known. */
    private record Asked(HttpRequest request, RequestId id, Principal principal, InetAddress from) {}

    /** Answers a request below {@code /restic/}; never fails. Reads or discards the body in any case. */
    public CompletionStage<HttpResponse> handle(HttpRequest request, String rawPath, InetAddress from, RequestId id) {
        Optional<ResticPath> path = ResticPath.parse(rawPath);
        if (path.isEmpty()) {
            HttpResponse missing = Problems.of(ErrorCode.NOT_FOUND, "no such path in a restic repository", id);
            return RequestBody.refuse(request, missing, system);
        }
        Optional<String> allowed = methodsUnlessAllowed(path.get(), request.method());
        if (allowed.isPresent()) {
            HttpResponse other = Problems.of(ErrorCode.METHOD_NOT_ALLOWED, "it takes " + allowed.get(), id)
                    .addHeader(RawHeader.create("Allow", allowed.get()));
            return RequestBody.refuse(request, other, system);
        }
        Optional<Credentials> credentials =
                request.getHeader("Authorization").map(HttpHeader::value).flatMap(Credentials::parse);
        return checked(credentials, from)
                .thenCompose(principal -> route(path.get(), new Asked(request, id, principal, from)))
                .handle((response, failure) -> {
                    if (failure != null) {
                        return RequestBody.refuse(request, problem(failure, id), system);
                    }
                    return takesBody(path.get(), request)
                            ? CompletableFuture.completedFuture(response)
                            : RequestBody.refuse(request, response, system);
                })
                .thenCompose(answer -> answer);
    }

    /** Whether the door has read it, also where it failed. */
    private static boolean takesBody(ResticPath path, HttpRequest request) {
        return path instanceof ResticPath.Item && request.method().equals(HttpMethods.POST);
    }

    private CompletionStage<Principal> checked(Optional<Credentials> credentials, InetAddress from) {
        try {
            return authenticator.check(credentials, from);
        } catch (BackstayException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static HttpResponse problem(Throwable failure, RequestId id) {
        HttpResponse problem = Problems.of(failure, id);
        return problem.status().intValue() == 401
                ? problem.addHeader(RawHeader.create("WWW-Authenticate", "Basic realm=\"Backstay\", charset=\"UTF-8\""))
                : problem;
    }

    private static Optional<String> methodsUnlessAllowed(ResticPath path, HttpMethod method) {
        List<HttpMethod> allowed = switch (path) {
            case ResticPath.Root root -> List.of(HttpMethods.POST);
            case ResticPath.Folder folder -> List.of(HttpMethods.GET);
            case ResticPath.Item item ->
                List.of(HttpMethods.HEAD, HttpMethods.GET, HttpMethods.POST, HttpMethods.DELETE);
        };
        return allowed.contains(method)
                ? Optional.empty()
                : Optional.of(String.join(
                        ", ", allowed.stream().map(HttpMethod::value).toList()));
    }

    private CompletionStage<HttpResponse> route(ResticPath path, Asked asked) {
        return switch (path) {
            case ResticPath.Root root -> create(root, asked);
            case ResticPath.Folder folder -> list(folder, asked);
            case ResticPath.Item item ->
                switch (asked.request().method().value()) {
                    case "HEAD" -> describe(item, asked);
                    case "GET" -> load(item, asked);
                    case "POST" -> save(item, asked);
                    default -> delete(item, asked);
                };
        };
    }

    private CompletionStage<HttpResponse> create(ResticPath.Root root, Asked asked) {
        if (!asked.request().getUri().query().get("create").equals(Optional.of("true"))) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, "a repository is made with create=true");
        }
        // What is there already needs no manager: only the owner could make it, everybody else is asked what they may.
        if (asked.principal().token().isPresent() || known(root.repository(), asked.principal())) {
            open(root.repository(), asked, Permission.READ);
            return CompletableFuture.completedFuture(HttpResponse.create());
        }
        return creator.create(asked.principal(), root.repository(), asked.from(), asked.id())
                .thenApply(made -> HttpResponse.create());
    }

    private boolean known(RepositoryName name, Principal principal) {
        return views.current()
                .flatMap(view -> Optional.ofNullable(view.repositoriesByName().get(name))
                        .flatMap(repository -> principal.permission(view, repository.id())))
                .isPresent();
    }

    private record Open(RepositoryView repository, Caller caller) {}

    private Open open(RepositoryName name, Asked asked, Permission needed) {
        ClusterView view = views.current()
                .orElseThrow(() ->
                        new BackstayException(ErrorCode.UNAVAILABLE, "this node has not yet heard from its cluster"));
        Principal principal = asked.principal();
        Optional<RepositoryView> known =
                Optional.ofNullable(view.repositoriesByName().get(name));
        Permission has = known.flatMap(repository -> principal.permission(view, repository.id()))
                .orElseThrow(() -> missing(name, principal));
        if (!has.allows(needed)) {
            throw new BackstayException(
                    has == Permission.APPEND ? ErrorCode.APPEND_ONLY : ErrorCode.FORBIDDEN,
                    "the permission is %s, %s is needed".formatted(has.text(), needed.text()));
        }
        return new Open(
                known.orElseThrow(),
                new Caller(principal.user().id(), principal.token().map(token -> token.id()), has));
    }

    /** Of a repository that they may not see, people and tokens learn nothing, nor whether it is there. */
    private static BackstayException missing(RepositoryName name, Principal principal) {
        return principal.token().isPresent()
                ? new BackstayException(ErrorCode.FORBIDDEN, "these credentials give no access to this repository")
                : new BackstayException(
                        ErrorCode.NOT_FOUND,
                        "there is no repository %s, or these credentials give no access to it".formatted(name));
    }

    private CompletionStage<HttpResponse> list(ResticPath.Folder folder, Asked asked) {
        Open open = open(folder.repository(), asked, Permission.READ);
        boolean sizes = asked.request()
                .getHeader("Accept")
                .map(HttpHeader::value)
                .filter(accept -> accept.strip().equals(VERSION_2))
                .isPresent();
        return door.list(open.caller(), open.repository().id(), folder.type())
                .thenApply(listing -> said(
                        listing.mode(),
                        HttpResponse.create()
                                .withEntity(HttpEntities.createChunked(
                                        sizes ? LIST_2 : LIST_1, json(listing.objects(), sizes)))));
    }

    /** An answer that nobody but the disks has decided says so. */
    private static HttpResponse said(ObjectDoor.Mode mode, HttpResponse response) {
        return mode == ObjectDoor.Mode.DEGRADED ? response.addHeader(DEGRADED) : response;
    }

    /** So many entries at a time: a list may have a million, and each step of a stream for each of them is felt. */
    private static Source<ByteString, NotUsed> json(Source<ObjectDoor.Listed, NotUsed> objects, boolean sizes) {
        return Source.single(ByteString.fromString("["))
                .concat(objects.grouped(LIST_ENTRIES_A_CHUNK)
                        .zipWithIndex()
                        .map(part -> ByteString.fromString(entries(part.first(), part.second() == 0L, sizes))))
                .concat(Source.single(ByteString.fromString("]")));
    }

    private static String entries(List<ObjectDoor.Listed> objects, boolean first, boolean sizes) {
        StringBuilder text = new StringBuilder(LIST_ENTRY_CHARS * objects.size());
        boolean beginning = first;
        for (ObjectDoor.Listed listed : objects) {
            text.append(beginning ? "" : ",");
            beginning = false;
            if (sizes) {
                text.append("{\"name\":\"").append(listed.name()).append("\",\"size\":");
                text.append(listed.sizeBytes()).append('}');
            } else {
                text.append('"').append(listed.name()).append('"');
            }
        }
        return text.toString();
    }

    private CompletionStage<ObjectInfo> stat(ResticPath.Item item, Open open) {
        return door.stat(open.caller(), open.repository().id(), item.key())
                .thenApply(found -> found.orElseThrow(
                        () -> new BackstayException(ErrorCode.NOT_FOUND, "there is no " + item.key())));
    }

    private CompletionStage<HttpResponse> describe(ResticPath.Item item, Asked asked) {
        return stat(item, open(item.repository(), asked, Permission.READ))
                .thenApply(info -> said(info.mode(), HttpResponse.create())
                        .withEntity(
                                info.sizeBytes() == 0
                                        ? HttpEntities.create(BINARY, new byte[0])
                                        : HttpEntities.create(BINARY, info.sizeBytes(), Source.empty())));
    }

    private CompletionStage<HttpResponse> load(ResticPath.Item item, Asked asked) {
        Open open = open(item.repository(), asked, Permission.READ);
        return stat(item, open).thenCompose(info -> {
            ByteRange range = asked.request()
                    .getHeader("Range")
                    .map(header -> ByteRange.parse(header.value(), info.sizeBytes()))
                    .orElseGet(ByteRange.Whole::new);
            return switch (range) {
                case ByteRange.Whole whole -> bytes(open, info, 0, info.sizeBytes(), HttpResponse.create());
                case ByteRange.Part part ->
                    bytes(
                            open,
                            info,
                            part.offset(),
                            part.length(),
                            HttpResponse.create()
                                    .withStatus(StatusCodes.PARTIAL_CONTENT)
                                    .addHeader(RawHeader.create(
                                            "Content-Range",
                                            "bytes %d-%d/%d"
                                                    .formatted(
                                                            part.offset(),
                                                            part.offset() + part.length() - 1,
                                                            info.sizeBytes()))));
                case ByteRange.Outside outside ->
                    CompletableFuture.completedFuture(Problems.of(
                                    ErrorCode.RANGE_NOT_SATISFIABLE,
                                    "the object has %d bytes".formatted(info.sizeBytes()),
                                    asked.id())
                            .addHeader(RawHeader.create("Content-Range", "bytes */" + info.sizeBytes())));
            };
        });
    }

    private CompletionStage<HttpResponse> bytes(
            Open open, ObjectInfo info, long offset, long length, HttpResponse response) {
        HttpResponse ranged = said(info.mode(), response).addHeader(RawHeader.create("Accept-Ranges", "bytes"));
        if (length == 0) {
            return CompletableFuture.completedFuture(ranged.withEntity(HttpEntities.create(BINARY, new byte[0])));
        }
        return door.load(open.caller(), open.repository().id(), info, offset, length)
                .thenApply(bytes -> ranged.withEntity(HttpEntities.create(BINARY, length, bytes)));
    }

    private CompletionStage<HttpResponse> save(ResticPath.Item item, Asked asked) {
        Open open = open(item.repository(), asked, Permission.APPEND);
        HttpRequest request = asked.request();
        if (request.entity().getContentLengthOption().isEmpty()) {
            throw new BackstayException(ErrorCode.LENGTH_REQUIRED, "an upload needs a Content-Length");
        }
        long size = request.entity().getContentLengthOption().getAsLong();
        if (size > largestObjectBytes) {
            throw new BackstayException(
                    ErrorCode.TOO_LARGE, "an object may have %d bytes at most".formatted(largestObjectBytes));
        }
        return places.take(asked.principal().user().id())
                .thenCompose(
                        place -> stored(item, asked, open, size).whenComplete((answer, failure) -> place.release()));
    }

    /** Never fails: the door has begun to read the body. */
    private CompletionStage<HttpResponse> stored(ResticPath.Item item, Asked asked, Open open, long size) {
        Source<ByteString, ?> body =
                asked.request().entity().withSizeLimit(size).getDataBytes();
        CompletionStage<ObjectDoor.Mode> saved;
        try {
            saved = door.save(open.caller(), open.repository().id(), item.key(), size, body);
        } catch (RuntimeException e) {
            saved = CompletableFuture.failedFuture(e);
        }
        return saved.handle((mode, failure) ->
                failure == null ? said(mode, HttpResponse.create()) : Problems.of(failure, asked.id()));
    }

    private CompletionStage<HttpResponse> delete(ResticPath.Item item, Asked asked) {
        boolean lock = item.key().type() == ObjectType.LOCKS;
        Open open = open(item.repository(), asked, lock ? Permission.APPEND : Permission.FULL);
        return door.delete(open.caller(), open.repository().id(), item.key())
                .thenApply(mode -> said(mode, HttpResponse.create()));
    }
}
