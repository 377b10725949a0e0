package io.backstay.cluster.identity;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** A node's request to have its key certified: PKCS#10 in PEM, with the node's id as common name, signed by its key. */
public final class SigningRequest {
    private static final int MAX_PEM_CHARS = 8 * 1024;
    private static final int P256_BITS = 256;

    private SigningRequest() {}

    /** The request of a node. */
    static String create(NodeId node, KeyPair pair) {
        try {
            PKCS10CertificationRequest request = new JcaPKCS10CertificationRequestBuilder(
                            new X500Name("CN=" + node), pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
            return Certificates.pem("CERTIFICATE REQUEST", request.getEncoded());
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("every JDK signs with ECDSA", e);
        }
    }

    /**
     * The key of a request that is well-formed, of that node and signed by the key itself.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_REQUEST}
     */
    public static PublicKey verify(NodeId node, String pem) {
        if (pem.length() > MAX_PEM_CHARS) {
            throw refused("is too long");
        }
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest parsed)) {
                throw refused("is not a PEM certificate request");
            }
            var request = new JcaPKCS10CertificationRequest(parsed);
            PublicKey key = request.getPublicKey();
            if (!(key instanceof ECPublicKey ec)
                    || ec.getParams().getCurve().getField().getFieldSize() != P256_BITS) {
                throw refused("has a key that is not EC P-256");
            }
            if (!request.getSubject().equals(new X500Name("CN=" + node))) {
                throw refused("is of another node");
            }
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw refused("is not signed by its key");
            }
            return key;
        } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException e) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, "the certificate request cannot be read", e);
        }
    }

    private static BackstayException refused(String why) {
        return new BackstayException(ErrorCode.INVALID_REQUEST, "the certificate request " + why);
    }
}
