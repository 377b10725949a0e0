package io.backstay.manager.state;

import io.backstay.model.Sha256;
import java.util.Optional;

/** What {@link Work} found out. */
public record Evidence(
        Optional<String> passwordHash, Optional<PasswordCheck> passwordCheck, Optional<CertifiedKey> certificate) {
    /**
     * Whether a password was the one of a hash.
     *
     * @param hash which was compared with; it says nothing about another one
     */
    public record PasswordCheck(String hash, boolean matches) {}

    /**
     * A node's certificate.
     *
     * @param certificate SHA-256 of its DER form
     * @param publicKey SHA-256 of its key's encoded form
     */
    public record CertifiedKey(String certificatePem, Sha256 certificate, Sha256 publicKey) {}

    /** Nothing found out yet. */
    public static Evidence none() {
        return new Evidence(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** With a password's hash. */
    public Evidence withPasswordHash(String hash) {
        return new Evidence(Optional.of(hash), passwordCheck, certificate);
    }

    /** With a password's check. */
    public Evidence withPasswordCheck(PasswordCheck check) {
        return new Evidence(passwordHash, Optional.of(check), certificate);
    }

    /** With a certificate. */
    public Evidence withCertificate(CertifiedKey key) {
        return new Evidence(passwordHash, passwordCheck, Optional.of(key));
    }

    @Override
    public String toString() {
        return "Evidence[hidden]";
    }
}
