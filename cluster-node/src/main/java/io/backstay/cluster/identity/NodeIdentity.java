package io.backstay.cluster.identity;

import io.backstay.cluster.files.DurableFile;
import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * A node's stable id and its EC P-256 key pair, made at the first start and kept in {@code <data>/identity/}, with the
 * certificate that the cluster gave it. Whoever holds the folder is the node. Immutable: {@link #admit} gives a new one.
 */
public final class NodeIdentity {
    private static final String ID_FILE = "node-id";
    private static final String PRIVATE_FILE = "key.pem";
    private static final String PUBLIC_FILE = "public-key.pem";
    private static final String CERTIFICATE_FILE = "certificate.pem";
    private static final String AUTHORITY_FILE = "authority.pem";
    private static final int MAX_FILE_BYTES = 16 * 1024;

    private final Path folder;
    private final NodeId id;
    private final KeyPair pair;
    private final Optional<NodeCertificate> certificate;

    private NodeIdentity(Path folder, NodeId id, KeyPair pair, Optional<NodeCertificate> certificate) {
        this.folder = folder;
        this.id = id;
        this.pair = pair;
        this.certificate = certificate;
    }

    /**
     * Opens the identity in the data folder, or makes one where there is none.
     *
     * @throws IOException where the folder cannot be read or written, or holds something broken
     */
    public static NodeIdentity open(Path data, Clock clock, SecureRandom random) throws IOException {
        Path folder = data.resolve("identity");
        DurableFile.createFolder(data);
        DurableFile.createFolder(folder);
        // The id's file is written last: where it is, the keys are whole.
        if (!Files.exists(folder.resolve(ID_FILE))) {
            KeyPair pair = Authority.newKeyPair(random);
            DurableFile.writeSecret(
                    folder.resolve(PRIVATE_FILE),
                    ascii(Certificates.pem("PRIVATE KEY", pair.getPrivate().getEncoded())));
            DurableFile.writeSecret(
                    folder.resolve(PUBLIC_FILE),
                    ascii(Certificates.pem("PUBLIC KEY", pair.getPublic().getEncoded())));
            DurableFile.writeSecret(folder.resolve(ID_FILE), ascii(newId(random) + "\n"));
        }
        try {
            NodeId id = NodeId.parse(text(folder.resolve(ID_FILE)).strip());
            KeyPair pair =
                    new KeyPair(publicKey(folder.resolve(PUBLIC_FILE)), privateKey(folder.resolve(PRIVATE_FILE)));
            Optional<NodeCertificate> certificate = Optional.empty();
            if (Files.exists(folder.resolve(CERTIFICATE_FILE))) {
                certificate = Optional.of(NodeCertificate.verified(
                        id,
                        pair.getPublic(),
                        Certificates.parse(text(folder.resolve(CERTIFICATE_FILE))),
                        Certificates.parse(text(folder.resolve(AUTHORITY_FILE))),
                        clock.instant()));
            }
            return new NodeIdentity(folder, id, pair, certificate);
        } catch (BackstayException | GeneralSecurityException e) {
            throw new IOException("the node's identity in %s is broken: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** The node's id, which never changes. */
    public NodeId id() {
        return id;
    }

    /** The node's private key, for its TLS connections only. */
    public PrivateKey privateKey() {
        return pair.getPrivate();
    }

    /** The certificate and its authority; none before the node was let into a cluster. */
    public Optional<NodeCertificate> certificate() {
        return certificate;
    }

    /** The cluster that let the node in. */
    public Optional<ClusterId> cluster() {
        return certificate.map(NodeCertificate::cluster);
    }

    /** A request to certify the node's key, in PEM. */
    public String signingRequest() {
        return SigningRequest.create(id, pair);
    }

    /**
     * Keeps the certificate that the authority gave, durable before it answers.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_REQUEST} where it is not this node's or not the authority's
     */
    public NodeIdentity admit(X509Certificate signed, X509Certificate authority, Clock clock) throws IOException {
        NodeCertificate verified = NodeCertificate.verified(id, pair.getPublic(), signed, authority, clock.instant());
        DurableFile.writeSecret(folder.resolve(AUTHORITY_FILE), ascii(Certificates.pem(authority)));
        DurableFile.writeSecret(folder.resolve(CERTIFICATE_FILE), ascii(Certificates.pem(signed)));
        return new NodeIdentity(folder, id, pair, Optional.of(verified));
    }

    private static NodeId newId(SecureRandom random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        long high = java.nio.ByteBuffer.wrap(bytes).getLong();
        long low = java.nio.ByteBuffer.wrap(bytes).getLong(8);
        return new NodeId(new UUID(high & ~0xf000L | 0x4000L, low & ~(3L << 62) | 2L << 62));
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der(file)));
    }

    private static PublicKey publicKey(Path file) throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der(file)));
    }

    private static byte[] der(Path file) throws IOException {
        try (PemReader reader = new PemReader(new StringReader(text(file)))) {
            var object = reader.readPemObject();
            if (object == null) {
                throw new IOException(file + " is not PEM");
            }
            return object.getContent();
        }
    }

    private static String text(Path file) throws IOException {
        return new String(DurableFile.read(file, MAX_FILE_BYTES), StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "NodeIdentity[" + id + "]";
    }
}
