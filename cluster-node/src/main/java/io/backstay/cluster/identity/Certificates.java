package io.backstay.cluster.identity;

import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.Sha256;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What Backstay reads from and writes into X.509 certificates. A node's certificate names it in a subject alternative
 * name {@code urn:backstay:node:<id>}, an authority's its cluster in {@code urn:backstay:cluster:<id>}.
 */
public final class Certificates {
    /** How a node's URI begins. */
    static final String NODE_URI = "urn:backstay:node:";
    /** How a cluster's URI begins. */
    static final String CLUSTER_URI = "urn:backstay:cluster:";

    private static final int MAX_PEM_CHARS = 16 * 1024;
    private static final int URI_NAME = 6;

    private Certificates() {}

    /** The certificate as PEM text. */
    public static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateException e) {
            throw new IllegalArgumentException("a certificate that cannot be encoded", e);
        }
    }

    /** Bytes as PEM of a type. */
    static String pem(String type, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
    }

    /**
     * Parses one PEM certificate.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_REQUEST}
     */
    public static X509Certificate parse(String pem) {
        if (pem.length() > MAX_PEM_CHARS) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, "the certificate is too long");
        }
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, "not a PEM certificate", e);
        }
    }

    /** SHA-256 over the certificate's DER form, lower-case hexadecimal. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return Sha256.hash(certificate.getEncoded()).toString();
        } catch (CertificateException e) {
            throw new IllegalArgumentException("a certificate that cannot be encoded", e);
        }
    }

    /** Which node the certificate was given to; none where it is not a node's. */
    public static Optional<NodeId> node(X509Certificate certificate) {
        return uri(certificate, NODE_URI).map(NodeId::parse);
    }

    /** Which cluster the authority is of; none where it is not a cluster's authority. */
    public static Optional<ClusterId> cluster(X509Certificate authority) {
        return uri(authority, CLUSTER_URI).map(ClusterId::parse);
    }

    private static Optional<String> uri(X509Certificate certificate, String prefix) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            for (List<?> name : names) {
                if (name.size() == 2
                        && Integer.valueOf(URI_NAME).equals(name.get(0))
                        && name.get(1) instanceof String uri
                        && uri.startsWith(prefix)) {
                    return Optional.of(uri.substring(prefix.length()));
                }
            }
            return Optional.empty();
        } catch (CertificateParsingException e) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, "the certificate's names cannot be read", e);
        }
    }
}
