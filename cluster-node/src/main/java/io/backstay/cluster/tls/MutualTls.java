package io.backstay.cluster.tls;

import io.backstay.cluster.identity.NodeCertificate;
import io.backstay.cluster.identity.NodeIdentity;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * TLS 1.3 between nodes, with a certificate from both sides always. Immutable and safe for use by many threads. A session that
 * is resumed is checked again, so that a node that was removed meanwhile does not come in by an old ticket.
 */
public final class MutualTls implements SSLEngineProvider {
    private static final Logger LOG = LoggerFactory.getLogger(MutualTls.class);
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] CIPHERS = {
        "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"
    };

    private final SSLContext context;
    private final PeerCheck peers;

    /**
     * TLS as that node.
     *
     * @throws BackstayException with {@link ErrorCode#UNAUTHENTICATED} where the node has no certificate yet
     */
    public MutualTls(NodeIdentity identity, ViewSource views) {
        NodeCertificate certificate = identity.certificate()
                .orElseThrow(() -> new BackstayException(
                        ErrorCode.UNAUTHENTICATED, "node " + identity.id() + " has no certificate of a cluster"));
        try {
            peers = new PeerCheck(trust(certificate.authority()), views);
            context = SSLContext.getInstance("TLSv1.3");
            context.init(keys(identity, certificate), new TrustManager[] {peers}, new SecureRandom());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a checked certificate and its key make a TLS context", e);
        }
    }

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        SSLEngine engine = engine(hostname, port);
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        SSLEngine engine = engine(hostname, port);
        engine.setUseClientMode(true);
        return engine;
    }

    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return verify(hostname, session);
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return verify(hostname, session);
    }

    /** The context of all engines. */
    SSLContext context() {
        return context;
    }

    private SSLEngine engine(String hostname, int port) {
        SSLEngine engine = context.createSSLEngine(hostname, port);
        engine.setEnabledProtocols(PROTOCOLS);
        engine.setEnabledCipherSuites(CIPHERS);
        return engine;
    }

    private Option<Throwable> verify(String hostname, SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            if (chain.length == 0 || !(chain[0] instanceof X509Certificate certificate)) {
                throw new CertificateException("the peer showed no certificate");
            }
            peers.checkNode(certificate);
            return Option.empty();
        } catch (CertificateException | SSLPeerUnverifiedException e) {
            LOG.warn("Kept out a peer at {}: {}", hostname, e.getMessage());
            return Option.apply(e);
        }
    }

    private static KeyManager[] keys(NodeIdentity identity, NodeCertificate certificate)
            throws GeneralSecurityException, IOException {
        char[] none = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, none);
        store.setKeyEntry("node", identity.privateKey(), none, new Certificate[] {
            certificate.certificate(), certificate.authority()
        });
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, none);
        return factory.getKeyManagers();
    }

    private static X509ExtendedTrustManager trust(X509Certificate authority)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, new char[0]);
        store.setCertificateEntry("authority", authority);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new IllegalStateException("every JDK has an extended trust manager");
    }
}
