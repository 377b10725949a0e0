package io.backstay.storage.transfer;

import io.backstay.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The MACs of node-to-node transfer: HMAC-SHA256 (RFC 2104) with the cluster's transfer key over lines that say what is
 * asked or answered. A request's MAC covers method, path with query, time, nonce, body length, body hash, sender and target;
 * an answer's covers the request's nonce, the status and the body's hash or, for streams, length; the end of a stream has
 * one of its own. Bytes of objects are not covered: whole ones are verified by their SHA-256. Nothing is encrypted here;
 * TLS may be put under it.
 */
final class TransferMac {
    private static final String ALGORITHM = "HmacSHA256";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private TransferMac() {}

    /** What a request's MAC covers. {@code content} is the hash of a short body, {@code -} for an object's bytes. */
    record Signed(
            String method,
            String pathAndQuery,
            long timeMillis,
            String nonce,
            long length,
            String content,
            NodeId sender,
            NodeId target) {
        String mac(byte[] key) {
            return TransferMac.mac(
                    key,
                    "backstay-transfer-1",
                    method,
                    pathAndQuery,
                    Long.toString(timeMillis),
                    nonce,
                    Long.toString(length),
                    content,
                    sender.toString(),
                    target.toString());
        }
    }

    static String answer(byte[] key, String nonce, int status, String content) {
        return mac(key, "backstay-answer-1", nonce, Integer.toString(status), content);
    }

    static String end(byte[] key, String nonce, long bytes, String code) {
        return mac(key, "backstay-end-1", nonce, Long.toString(bytes), code);
    }

    /** Compares without telling by its time where they differ. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] key(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static String mac(byte[] key, String... lines) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return BASE64.encodeToString(mac.doFinal(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + ALGORITHM, e);
        }
    }
}
