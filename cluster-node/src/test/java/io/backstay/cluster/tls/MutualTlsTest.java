package io.backstay.cluster.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.cluster.identity.Founding;
import io.backstay.cluster.identity.NodeIdentity;
import io.backstay.cluster.view.ViewHolder;
import io.backstay.cluster.view.ViewSource;
import io.backstay.cluster.view.Views;
import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutualTlsTest {
    private final Founding founding = Founding.create();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private NodeIdentity one;
    private NodeIdentity two;
    private ViewHolder none;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeNodes() throws IOException {
        one = founding.node(folder.resolve("one"));
        two = founding.node(folder.resolve("two"));
        none = ViewHolder.open(folder.resolve("none"), founding.authority().cluster());
    }

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void nodesOfOneClusterReachEachOtherByTls13() throws Exception {
        assertThat(exchange(context(one, none), context(two, none))).isEqualTo("TLSv1.3");
    }

    @Test
    void keepsOutANodeOfAnotherAuthority() throws IOException {
        NodeIdentity foreign = Founding.create().node(folder.resolve("foreign"));
        ViewHolder foreignViews =
                ViewHolder.open(folder.resolve("fv"), foreign.cluster().orElseThrow());
        assertThatThrownBy(() -> exchange(context(one, none), context(foreign, foreignViews)))
                .isInstanceOf(ExecutionException.class);
    }

    @Test
    void keepsOutAClientWithoutACertificate() throws Exception {
        SSLContext bare = SSLContext.getInstance("TLSv1.3");
        bare.init(null, new javax.net.ssl.TrustManager[] {new PeerCheck(new TrustAll(), none)}, new SecureRandom());
        assertThatThrownBy(() -> exchange(context(one, none), bare)).isInstanceOf(ExecutionException.class);
    }

    @Test
    void keepsOutANodeThatTheViewKnowsAsRemovedOnEitherSide() throws IOException {
        ClusterId cluster = founding.authority().cluster();
        ViewHolder views = ViewHolder.open(folder.resolve("views"), cluster);
        views.offer(Views.of(cluster, 1, List.of(Views.node(two.id(), false), Views.node(one.id(), true))));
        assertThatThrownBy(() -> exchange(context(one, views), context(two, none)))
                .isInstanceOf(ExecutionException.class);
        assertThatThrownBy(() -> exchange(context(two, none), context(one, views)))
                .isInstanceOf(ExecutionException.class);
    }

    @Test
    void refusesARemovedNodesResumedSessionToo() throws Exception {
        ClusterId cluster = founding.authority().cluster();
        ViewHolder views = ViewHolder.open(folder.resolve("views"), cluster);
        MutualTls server = new MutualTls(one, views);
        SSLSocket accepted = accept(server.context(), context(two, none));
        assertThat(server.verifyServerSession("two", accepted.getSession()).isEmpty())
                .isTrue();
        views.offer(Views.of(cluster, 1, List.of(Views.node(two.id(), false))));
        assertThat(server.verifyServerSession("two", accepted.getSession()).isDefined())
                .isTrue();
        accepted.close();
    }

    @Test
    void aNodeWithoutACertificateHasNoTls() throws IOException {
        NodeIdentity fresh = NodeIdentity.open(folder.resolve("fresh"), Clock.systemUTC(), new SecureRandom());
        assertThatThrownBy(() -> new MutualTls(fresh, none)).isInstanceOf(BackstayException.class);
        assertThat(new ClusterId(UUID.randomUUID()))
                .isNotEqualTo(founding.authority().cluster());
    }

    private static SSLContext context(NodeIdentity identity, ViewSource views) {
        return new MutualTls(identity, views).context();
    }

    /** Sends a byte each way, so that both sides have accepted the other; answers the protocol. */
    private String exchange(SSLContext server, SSLContext client) throws Exception {
        try (SSLSocket accepted = accept(server, client)) {
            return accepted.getSession().getProtocol();
        }
    }

    private SSLSocket accept(SSLContext server, SSLContext client) throws Exception {
        try (SSLServerSocket listening = (SSLServerSocket)
                server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(true);
            Callable<Void> connect = () -> {
                try (Socket socket = client.getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
                    socket.getOutputStream().write(1);
                    if (socket.getInputStream().read() != 2) {
                        throw new IOException("the server has not answered");
                    }
                    return null;
                }
            };
            Future<Void> connected = executor.submit(connect);
            Future<SSLSocket> accepted = executor.submit(() -> {
                SSLSocket socket = (SSLSocket) listening.accept();
                try {
                    if (socket.getInputStream().read() != 1) {
                        throw new IOException("the client has not sent");
                    }
                    socket.getOutputStream().write(2);
                    return socket;
                } catch (IOException e) {
                    socket.close();
                    throw e;
                }
            });
            try {
                connected.get(20, TimeUnit.SECONDS);
                return accepted.get(20, TimeUnit.SECONDS);
            } finally {
                accepted.cancel(true);
            }
        }
    }
}
