package io.backstay.http.api;

import io.backstay.cluster.identity.JoinToken;
import io.backstay.cluster.join.JoinAnswer;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.manager.command.ManagerAnswer.JoinTokenInfo;
import io.backstay.manager.command.NodeCommand;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.JoinTokenId;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Role;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Letting nodes in and out: {@code /nodes/join}, {@code /join-tokens}, and removal. */
final class JoinEndpoints {
    private static final Duration USUAL_LIFE = Duration.ofHours(24);
    private static final int LONGEST_ADDRESS = 300;

    private final Manager manager;
    private final X509Certificate authority;
    private final SecureRandom random;
    private final String address;

    JoinEndpoints(Manager manager, X509Certificate authority, SecureRandom random, String address) {
        this.manager = manager;
        this.authority = authority;
        this.random = random;
        this.address = address;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.open("POST", "/nodes/join", this::join),
                Endpoint.of("DELETE", "/nodes/{node}", this::remove),
                Endpoint.of("GET", "/join-tokens", this::list),
                Endpoint.of("POST", "/join-tokens", this::create),
                Endpoint.of("DELETE", "/join-tokens/{token}", this::revoke));
    }

    record Addresses(String http, String internal) {}

    record Join(
            String nodeId,
            String name,
            List<String> roles,
            String zone,
            Addresses addresses,
            String csr,
            String token) {
        @Override
        public String toString() {
            return "Join[nodeId=" + nodeId + "]";
        }
    }

    record Token(String id, String label, Instant created, Instant expires, int usesLeft) {
        static Token of(JoinTokenInfo info) {
            return new Token(info.id().toString(), info.label(), info.created(), info.expires(), info.usesLeft());
        }
    }

    record NewToken(Optional<String> label, Optional<Long> validForSeconds, Optional<Integer> uses) {}

    /** @param command what to paste on the new machine */
    record MadeToken(Token token, String secret, String command) {
        @Override
        public String toString() {
            return "MadeToken[" + token + "]";
        }
    }

    private CompletionStage<ApiAnswer> join(ApiCall call) {
        Join wanted = call.body(Join.class);
        NodeDescription node = new NodeDescription(
                NodeId.parse(wanted.nodeId()),
                new NodeName(wanted.name()),
                roles(wanted.roles()),
                wanted.zone(),
                address("addresses.http", wanted.addresses().http()),
                address("addresses.internal", wanted.addresses().internal()));
        return manager.submit(
                        new NodeCommand.JoinNode(new JoinToken(wanted.token()).hash(), node, wanted.csr()),
                        call.initiator())
                .thenApply(joined -> ApiAnswer.ok(new JoinAnswer(joined.certificatePem(), joined.authorityPem())));
    }

    private static Set<Role> roles(List<String> texts) {
        return texts.stream()
                .map(text -> Role.ofText(text)
                        .orElseThrow(() -> new BackstayException(
                                ErrorCode.INVALID_REQUEST,
                                "field roles: each is one of cluster-manager, backup-manager, backup-storage")))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String address(String field, String text) {
        try {
            URI uri = new URI(text);
            boolean plain = uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null;
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (plain && http && text.length() <= LONGEST_ADDRESS) {
                return text;
            }
        } catch (URISyntaxException e) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, "field " + field + ": not an address", e);
        }
        throw new BackstayException(ErrorCode.INVALID_REQUEST, "field " + field + ": http://host:port is expected");
    }

    private CompletionStage<ApiAnswer> remove(ApiCall call) {
        return manager.submit(
                        new NodeCommand.RemoveNode(
                                call.path("node", NodeId::parse), call.flag("force"), call.expectedVersion()),
                        call.initiator())
                .thenApply(done -> ApiAnswer.nothing());
    }

    private CompletionStage<ApiAnswer> list(ApiCall call) {
        return manager.submit(new NodeCommand.ListJoinTokens(), call.initiator())
                .thenApply(all -> Lists.page(
                        call,
                        all.tokens().stream().map(Token::of).toList(),
                        Token::label,
                        Map.of(
                                "label", Comparator.comparing(Token::label),
                                "expires", Comparator.comparing(Token::expires))));
    }

    private CompletionStage<ApiAnswer> create(ApiCall call) {
        NewToken wanted = call.body(NewToken.class);
        JoinToken secret = JoinToken.create(authority, random);
        return manager.submit(
                        new NodeCommand.CreateJoinToken(
                                new JoinTokenId(UUID.randomUUID()),
                                secret.hash(),
                                wanted.label().orElse(""),
                                wanted.validForSeconds()
                                        .map(Duration::ofSeconds)
                                        .orElse(USUAL_LIFE),
                                wanted.uses().orElse(1)),
                        call.initiator())
                .thenApply(info -> ApiAnswer.created(new MadeToken(
                        Token.of(info),
                        secret.text(),
                        "BACKSTAY_CLUSTER_JOIN_ADDRESSES=%s BACKSTAY_CLUSTER_JOIN_TOKEN=%s backstay node"
                                .formatted(address, secret.text()))));
    }

    private CompletionStage<ApiAnswer> revoke(ApiCall call) {
        return manager.submit(new NodeCommand.RevokeJoinToken(call.path("token", JoinTokenId::parse)), call.initiator())
                .thenApply(done -> ApiAnswer.nothing());
    }
}
