package io.backstay.cluster.identity;

/**
 * An authority as it may lie in a file, a journal or a mirror: its private key opens only with the master key.
 *
 * @param certificatePem the authority's certificate
 * @param sealedKey base64 of the key's PKCS#8 form under the master key
 */
public record SealedAuthority(String certificatePem, String sealedKey) {
    /** What the key is sealed for. */
    static final String PURPOSE = "backstay authority key";

    @Override
    public String toString() {
        return "SealedAuthority[hidden]";
    }
}
