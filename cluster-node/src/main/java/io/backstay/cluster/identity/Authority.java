package io.backstay.cluster.identity;

import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The cluster's own certificate authority (EC P-256), made once by {@code backstay cluster init}. Whoever has it lets nodes
 * into the cluster, so its key exists only sealed or in the memory of a node that may be manager. Immutable and safe for
 * use by many threads.
 */
public final class Authority {
    /** How long certificates hold; renewal needs a new join. */
    static final Duration VALIDITY = Duration.ofDays(20 * 365);
    /** Certificates hold from a day before they are made, so that a clock that is behind accepts them. */
    static final Duration CLOCK_SKEW = Duration.ofDays(1);

    private static final int SERIAL_BITS = 127;

    private final X509Certificate certificate;
    private final ClusterId cluster;
    private final PrivateKey key;
    private final Clock clock;
    private final SecureRandom random;

    private Authority(X509Certificate certificate, PrivateKey key, Clock clock, SecureRandom random) {
        this.certificate = certificate;
        this.cluster = Certificates.cluster(certificate)
                .orElseThrow(() -> new BackstayException(
                        ErrorCode.INVALID_REQUEST, "the certificate is not of a cluster's authority"));
        this.key = key;
        this.clock = clock;
        this.random = random;
    }

    /** Makes the authority of a new cluster. */
    public static Authority create(ClusterId cluster, Clock clock, SecureRandom random) {
        KeyPair pair = newKeyPair(random);
        X500Name name = new X500Name("CN=Backstay cluster " + cluster);
        Instant now = clock.instant();
        try {
            X509v3CertificateBuilder builder = builder(name, name, pair.getPublic(), now, random)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(Extension.subjectAlternativeName, false, uri(Certificates.CLUSTER_URI + cluster));
            return new Authority(signed(builder, pair.getPrivate()), pair.getPrivate(), clock, random);
        } catch (CertIOException e) {
            throw new IllegalStateException("fixed extensions are encodable", e);
        }
    }

    /**
     * Opens an authority.
     *
     * @throws BackstayException with {@link ErrorCode#DAMAGED} where the master key is another one or the key was changed
     */
    public static Authority unseal(SealedAuthority sealed, MasterKey masterKey, Clock clock, SecureRandom random) {
        X509Certificate certificate = Certificates.parse(sealed.certificatePem());
        try {
            byte[] der = masterKey.unseal(Base64.getDecoder().decode(sealed.sealedKey()), SealedAuthority.PURPOSE);
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
            return new Authority(certificate, key, clock, random);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new BackstayException(ErrorCode.DAMAGED, "the authority's sealed key cannot be read", e);
        }
    }

    /** The authority with its key sealed. */
    public SealedAuthority seal(MasterKey masterKey) {
        return new SealedAuthority(
                Certificates.pem(certificate),
                Base64.getEncoder().encodeToString(masterKey.seal(key.getEncoded(), SealedAuthority.PURPOSE)));
    }

    /** Its own certificate, which every node trusts. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The cluster it lets nodes into. */
    public ClusterId cluster() {
        return cluster;
    }

    /**
     * Signs a node's request. Whether the node may join is the caller's to decide, also that an id that is known keeps its
     * key.
     *
     * @param csr as {@link SigningRequest} made it, for the same node
     * @throws BackstayException with {@link ErrorCode#INVALID_REQUEST} where the request is malformed, for another node, not
     *     signed by its own key, or its key is not EC P-256
     */
    public X509Certificate sign(NodeId node, String csr) {
        PublicKey nodeKey = SigningRequest.verify(node, csr);
        X500Name subject = new X500Name("CN=" + node);
        X500Name issuer =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        try {
            X509v3CertificateBuilder builder = builder(issuer, subject, nodeKey, clock.instant(), random)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
                    .addExtension(Extension.subjectAlternativeName, false, uri(Certificates.NODE_URI + node));
            return signed(builder, key);
        } catch (CertIOException e) {
            throw new IllegalStateException("fixed extensions are encodable", e);
        }
    }

    static KeyPair newKeyPair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has EC P-256", e);
        }
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant now, SecureRandom random) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(VALIDITY)),
                subject,
                key);
    }

    private static GeneralNames uri(String uri) {
        return new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("every JDK signs with ECDSA", e);
        }
    }

    @Override
    public String toString() {
        return "Authority[" + cluster + "]";
    }
}
