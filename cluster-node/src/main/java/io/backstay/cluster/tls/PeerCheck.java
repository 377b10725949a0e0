package io.backstay.cluster.tls;

import io.backstay.cluster.identity.Certificates;
import io.backstay.cluster.view.NodeView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.NodeId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a peer whose certificate is of the cluster's authority and names a node that is not removed. It takes the place of
 * the check of host names: which node speaks is told by its certificate, wherever it speaks from. Used both for clients and
 * for servers; asks the newest view each time.
 */
final class PeerCheck extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager authority;
    private final ViewSource views;

    PeerCheck(X509ExtendedTrustManager authority, ViewSource views) {
        this.authority = authority;
        this.views = views;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authority.checkClientTrusted(chain, authType, engine);
        checkNode(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authority.checkServerTrusted(chain, authType, engine);
        checkNode(chain[0]);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        authority.checkClientTrusted(chain, authType, socket);
        checkNode(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        authority.checkServerTrusted(chain, authType, socket);
        checkNode(chain[0]);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authority.checkClientTrusted(chain, authType);
        checkNode(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authority.checkServerTrusted(chain, authType);
        checkNode(chain[0]);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authority.getAcceptedIssuers();
    }

    /** Refuses a certificate that is no node's, or a removed node's. */
    void checkNode(X509Certificate certificate) throws CertificateException {
        NodeId node;
        try {
            node = Certificates.node(certificate)
                    .orElseThrow(() -> new CertificateException("the peer's certificate is no node's"));
        } catch (BackstayException e) {
            throw new CertificateException("the peer's certificate names no node", e);
        }
        // A node that the view does not know yet has joined since: the authority's signature admits it.
        boolean removed = views.current()
                .map(view -> view.nodes().get(node))
                .filter(known -> !known.admitted())
                .map(NodeView::admitted)
                .isPresent();
        if (removed) {
            throw new CertificateException("node " + node + " was removed from the cluster");
        }
    }
}
