package io.backstay.manager;

import io.backstay.cluster.credentials.PasswordHasher;
import io.backstay.cluster.identity.Authority;
import io.backstay.cluster.identity.Certificates;
import io.backstay.manager.state.ClusterRecord;
import io.backstay.manager.state.Evidence;
import io.backstay.manager.state.Work;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.Sha256;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Does the {@link Work} that decisions need, on threads that are not the manager's. A stage fails with a
 * {@link BackstayException} where the work shows that the command cannot be done.
 */
final class WorkBench {
    private final PasswordHasher hasher;
    private final Executor blocking;
    private final Clock clock;

    WorkBench(PasswordHasher hasher, Executor blocking, Clock clock) {
        this.hasher = hasher;
        this.blocking = blocking;
        this.clock = clock;
    }

    /** Adds what the work finds out to the evidence. */
    CompletionStage<Evidence> perform(Work work, Evidence evidence, Authority authority) {
        return switch (work) {
            case Work.HashPassword it -> hash(it, evidence);
            case Work.CheckPassword it ->
                hasher.verify(it.password().value(), it.hash())
                        .thenApply(
                                matches -> evidence.withPasswordCheck(new Evidence.PasswordCheck(it.hash(), matches)));
            case Work.SignRequest it ->
                CompletableFuture.supplyAsync(
                        () -> evidence.withCertificate(key(authority.sign(it.node(), it.signingRequest()))), blocking);
            case Work.CheckCertificate it ->
                CompletableFuture.supplyAsync(
                        () -> evidence.withCertificate(checked(it.node(), it.certificatePem(), it.cluster())),
                        blocking);
        };
    }

    /** Hashes a password, which needs no authority. */
    CompletionStage<Evidence> hash(Work.HashPassword work, Evidence evidence) {
        return hasher.hash(work.password().value()).thenApply(evidence::withPasswordHash);
    }

    private Evidence.CertifiedKey checked(NodeId node, String certificatePem, ClusterRecord cluster) {
        X509Certificate certificate = Certificates.parse(certificatePem);
        if (Certificates.node(certificate).filter(node::equals).isEmpty()) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, "the certificate is of another node");
        }
        try {
            certificate.verify(
                    Certificates.parse(cluster.authorityCertificate()).getPublicKey());
            certificate.checkValidity(Date.from(clock.instant()));
        } catch (GeneralSecurityException e) {
            throw new BackstayException(
                    ErrorCode.FORBIDDEN, "the certificate is not one of this cluster's authority, or does not hold", e);
        }
        return key(certificate);
    }

    private static Evidence.CertifiedKey key(X509Certificate certificate) {
        try {
            return new Evidence.CertifiedKey(
                    Certificates.pem(certificate),
                    Sha256.hash(certificate.getEncoded()),
                    Sha256.hash(certificate.getPublicKey().getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that cannot be encoded", e);
        }
    }
}
