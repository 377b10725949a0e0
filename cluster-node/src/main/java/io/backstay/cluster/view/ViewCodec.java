package io.backstay.cluster.view;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.Role;
import io.backstay.model.Sha256;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The view as JSON, format 1: what spreads between nodes and lies on their disks. Equal views give equal bytes. Unknown
 * properties are ignored, so that a newer version may add some; another format is refused. Every length is bounded before
 * anything of that length is made.
 */
public final class ViewCodec {
    /** The longest encoded view. */
    public static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final int FORMAT = 1;
    private static final int MAX_ITEMS = 200_000;
    private static final int MAX_STRING_CHARS = 4096;
    private static final int MAX_DEPTH = 8;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MAX_STRING_CHARS)
                            .maxNameLength(MAX_STRING_CHARS)
                            .maxNestingDepth(MAX_DEPTH)
                            .maxDocumentLength(MAX_BYTES)
                            .build())
                    .build())
            .addModule(new Jdk8Module())
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ViewCodec() {}

    record Head(int format) {}

    record Document(
            int format,
            String cluster,
            long generation,
            long revision,
            String chain,
            List<Node> nodes,
            List<User> users,
            List<Repository> repositories,
            List<Token> tokens,
            String transferKey,
            String sessionKey) {}

    record Node(
            String id,
            String name,
            List<String> roles,
            String zone,
            String http,
            String internal,
            String certificate,
            boolean admitted) {}

    record User(String id, String name, String role, String passwordHash, boolean disabled, long credentialVersion) {}

    record Repository(
            String id, String name, String owner, Map<String, String> grants, int replicas, long trashGraceSeconds) {}

    record Token(
            String id,
            String name,
            String owner,
            String repository,
            String permission,
            String secretHash,
            Optional<String> expires) {}

    /** The view as UTF-8 JSON. */
    public static byte[] encode(ClusterView view) {
        ViewId id = view.id();
        Document document = new Document(
                FORMAT,
                id.cluster().toString(),
                id.generation(),
                id.revision(),
                id.chain().toString(),
                sorted(view.nodes().values(), NodeView::id, ViewCodec::node),
                sorted(view.users().values(), UserView::id, ViewCodec::user),
                sorted(view.repositories().values(), RepositoryView::id, ViewCodec::repository),
                sorted(view.tokens().values(), TokenView::id, ViewCodec::token),
                view.secrets().transferKey(),
                view.secrets().sessionKey());
        try {
            return JSON.writeValueAsBytes(document);
        } catch (JacksonException e) {
            throw new IllegalStateException("a view of strings and numbers is encodable", e);
        }
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws BackstayException with {@link ErrorCode#DAMAGED} where it is something else, cut short, of another format, or
     *     over a bound; trying again with the same bytes does not help
     */
    public static ClusterView decode(byte[] json) {
        if (json.length > MAX_BYTES) {
            throw new BackstayException(ErrorCode.DAMAGED, "the view is longer than " + MAX_BYTES + " bytes");
        }
        try {
            int format = JSON.readValue(json, Head.class).format();
            if (format != FORMAT) {
                throw new BackstayException(
                        ErrorCode.DAMAGED, "the view has format %d, this program knows %d".formatted(format, FORMAT));
            }
            Document document = JSON.readValue(json, Document.class);
            return ClusterView.of(
                    new ViewId(
                            ClusterId.parse(document.cluster()),
                            document.generation(),
                            document.revision(),
                            Sha256.parse(document.chain())),
                    each(document.nodes(), ViewCodec::node),
                    each(document.users(), ViewCodec::user),
                    each(document.repositories(), ViewCodec::repository),
                    each(document.tokens(), ViewCodec::token),
                    new ClusterSecrets(document.transferKey(), document.sessionKey()));
        } catch (IOException | IllegalArgumentException | IllegalStateException | DateTimeException e) {
            throw new BackstayException(ErrorCode.DAMAGED, "the view cannot be read", e);
        } catch (BackstayException e) {
            if (e.code() == ErrorCode.DAMAGED) {
                throw e;
            }
            throw new BackstayException(ErrorCode.DAMAGED, "the view cannot be read: " + e.getMessage(), e);
        }
    }

    private static Node node(NodeView node) {
        return new Node(
                node.id().toString(),
                node.name().value(),
                node.roles().stream().map(Role::text).sorted().toList(),
                node.zone(),
                node.http(),
                node.internal(),
                node.certificate(),
                node.admitted());
    }

    private static NodeView node(Node node) {
        return new NodeView(
                NodeId.parse(node.id()),
                new NodeName(node.name()),
                // A role of a later version is not this version's to know.
                node.roles().stream()
                        .map(Role::ofText)
                        .flatMap(Optional::stream)
                        .collect(Collectors.toUnmodifiableSet()),
                node.zone(),
                node.http(),
                node.internal(),
                node.certificate(),
                node.admitted());
    }

    private static User user(UserView user) {
        return new User(
                user.id().toString(),
                user.name().value(),
                user.role().text(),
                user.passwordHash(),
                user.disabled(),
                user.credentialVersion());
    }

    private static UserView user(User user) {
        return new UserView(
                UserId.parse(user.id()),
                new UserName(user.name()),
                UserRole.valueOf(user.role().toUpperCase(Locale.ROOT)),
                user.passwordHash(),
                user.disabled(),
                user.credentialVersion());
    }

    private static Repository repository(RepositoryView repository) {
        Map<String, String> grants = new TreeMap<>();
        repository.grants().forEach((user, permission) -> grants.put(user.toString(), permission.text()));
        return new Repository(
                repository.id().toString(),
                repository.name().value(),
                repository.owner().toString(),
                grants,
                repository.replicas(),
                repository.trashGrace().toSeconds());
    }

    private static RepositoryView repository(Repository repository) {
        return new RepositoryView(
                RepositoryId.parse(repository.id()),
                new RepositoryName(repository.name()),
                UserId.parse(repository.owner()),
                repository.grants().entrySet().stream()
                        .collect(Collectors.toUnmodifiableMap(
                                grant -> UserId.parse(grant.getKey()), grant -> permission(grant.getValue()))),
                repository.replicas(),
                Duration.ofSeconds(repository.trashGraceSeconds()));
    }

    private static Token token(TokenView token) {
        return new Token(
                token.id().toString(),
                token.name(),
                token.owner().toString(),
                token.repository().toString(),
                token.permission().text(),
                token.secretHash().toString(),
                token.expires().map(Instant::toString));
    }

    private static TokenView token(Token token) {
        return new TokenView(
                TokenId.parse(token.id()),
                token.name(),
                UserId.parse(token.owner()),
                RepositoryId.parse(token.repository()),
                permission(token.permission()),
                Sha256.parse(token.secretHash()),
                token.expires().map(Instant::parse));
    }

    private static Permission permission(String text) {
        return Permission.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static <T, K extends Comparable<K>, W> List<W> sorted(
            Iterable<T> items, Function<T, K> key, Function<T, W> wire) {
        return java.util.stream.StreamSupport.stream(items.spliterator(), false)
                .sorted(Comparator.comparing(key))
                .map(wire)
                .toList();
    }

    private static <W, T> List<T> each(List<W> items, Function<W, T> read) {
        if (items.size() > MAX_ITEMS) {
            throw new BackstayException(ErrorCode.DAMAGED, "the view lists more than %d things".formatted(MAX_ITEMS));
        }
        return items.stream().map(read).toList();
    }
}
