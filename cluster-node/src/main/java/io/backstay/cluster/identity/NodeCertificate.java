package io.backstay.cluster.identity;

import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;

/** A node's certificate that was checked against the authority beside it. */
public record NodeCertificate(X509Certificate certificate, X509Certificate authority, ClusterId cluster) {
    /**
     * Checks that the certificate is that node's, over that key, signed by that authority, and holds at the moment.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_REQUEST}
     */
    static NodeCertificate verified(
            NodeId node, PublicKey key, X509Certificate certificate, X509Certificate authority, Instant now) {
        ClusterId cluster = Certificates.cluster(authority)
                .orElseThrow(() -> refused("the authority's certificate names no cluster"));
        if (authority.getBasicConstraints() < 0) {
            throw refused("the authority's certificate may not sign others");
        }
        if (!Certificates.node(certificate).filter(node::equals).isPresent()) {
            throw refused("the certificate is of another node");
        }
        if (!certificate.getPublicKey().equals(key)) {
            throw refused("the certificate is over another key");
        }
        try {
            authority.verify(authority.getPublicKey());
            certificate.verify(authority.getPublicKey());
            certificate.checkValidity(Date.from(now));
        } catch (GeneralSecurityException e) {
            throw new BackstayException(
                    ErrorCode.INVALID_REQUEST, "the certificate does not hold: " + e.getMessage(), e);
        }
        return new NodeCertificate(certificate, authority, cluster);
    }

    /** The certificate's fingerprint, as the view has it. */
    public String fingerprint() {
        return Certificates.fingerprint(certificate);
    }

    private static BackstayException refused(String why) {
        return new BackstayException(ErrorCode.INVALID_REQUEST, why);
    }
}
