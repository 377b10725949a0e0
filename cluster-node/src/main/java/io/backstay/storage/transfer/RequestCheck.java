package io.backstay.storage.transfer;

import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.NodeView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.NodeId;
import io.backstay.storage.transfer.TransferMac.Signed;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.Uri;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a request comes from an admitted node of this cluster, is meant for this node, is fresh and new. The clocks of
 * the nodes must be closer together than the window in {@link TransferSettings}, by default a minute.
 */
final class RequestCheck {
    private static final Logger LOG = LoggerFactory.getLogger(RequestCheck.class);

    private final NodeId self;
    private final ViewSource views;
    private final TransferSettings settings;
    private final Clock clock;
    private final SeenRequests seen;

    RequestCheck(NodeId self, ViewSource views, TransferSettings settings, Clock clock) {
        this.self = self;
        this.views = views;
        this.settings = settings;
        this.clock = clock;
        this.seen = new SeenRequests(settings.clockWindow(), settings.rememberedRequests());
    }

    /** A request that passed, and the key that its answer is signed with. */
    record Authentic(NodeId sender, String nonce, long length, String content, byte[] key) {}

    Optional<Authentic> check(HttpRequest request) {
        try {
            return Optional.of(checked(request));
        } catch (BackstayException | IllegalArgumentException e) {
            LOG.warn("Refused a request to {}: {}", request.getUri().getPathString(), e.getMessage());
            return Optional.empty();
        }
    }

    private Authentic checked(HttpRequest request) {
        TransferHeader header = TransferHeader.parse(request.getHeader(TransferHeader.REQUEST)
                .map(HttpHeader::value)
                .orElseThrow(() -> new IllegalArgumentException("it is not signed")));
        OptionalLong length = request.entity().getContentLengthOption();
        if (length.isEmpty()) {
            throw new IllegalArgumentException("it has no length");
        }
        ClusterView view =
                views.current().orElseThrow(() -> new IllegalArgumentException("this node knows no cluster yet"));
        byte[] key = TransferMac.key(view.secrets().transferKey());
        Signed signed = new Signed(
                request.method().name(),
                pathAndQuery(request.getUri()),
                header.timeMillis(),
                header.nonce(),
                length.getAsLong(),
                header.content(),
                header.sender(),
                header.target());
        if (!TransferMac.same(signed.mac(key), header.mac())) {
            throw new IllegalArgumentException("its MAC is wrong");
        }
        checkFresh(header, view);
        return new Authentic(header.sender(), header.nonce(), length.getAsLong(), header.content(), key);
    }

    private void checkFresh(TransferHeader header, ClusterView view) {
        NodeView sender = view.nodes().get(header.sender());
        if (sender == null || !sender.admitted()) {
            throw new IllegalArgumentException("node %s is not in the cluster".formatted(header.sender()));
        }
        if (!header.target().equals(self)) {
            throw new IllegalArgumentException("it is meant for node " + header.target());
        }
        long now = clock.millis();
        if (Math.abs(now - header.timeMillis()) > settings.clockWindow().toMillis()) {
            throw new IllegalArgumentException("node %s's clock is %d ms away, or the request is old"
                    .formatted(sender.name(), now - header.timeMillis()));
        }
        SeenRequests.Outcome outcome = seen.remember(header.nonce(), now);
        if (outcome != SeenRequests.Outcome.FIRST) {
            throw new IllegalArgumentException(
                    outcome == SeenRequests.Outcome.REPLAYED ? "it came before" : "too many requests to remember");
        }
    }

    private static String pathAndQuery(Uri uri) {
        return uri.rawQueryString()
                .map(query -> uri.getPathString() + "?" + query)
                .orElse(uri.getPathString());
    }
}
