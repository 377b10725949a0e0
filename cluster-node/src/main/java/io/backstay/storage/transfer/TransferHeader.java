package io.backstay.storage.transfer;

import io.backstay.model.NodeId;
import io.backstay.storage.transfer.TransferMac.Signed;
import java.util.regex.Pattern;

/**
 * The header that authenticates a request: {@code 1 <sender> <target> <milliseconds> <nonce> <content> <mac>}; nonce and
 * MAC in base64url, content the SHA-256 of a short body or {@code -}.
 */
record TransferHeader(NodeId sender, NodeId target, long timeMillis, String nonce, String content, String mac) {
    /** The header's name in a request. */
    static final String REQUEST = "X-Backstay-Transfer";

    /** The name of the header, and of the trailer, that authenticates an answer. */
    static final String ANSWER = "X-Backstay-Answer";

    /** The content of a body that is an object's bytes. */
    static final String OBJECT = "-";

    private static final String VERSION = "1";
    private static final int FIELDS = 7;
    private static final int MAX_CHARS = 512;
    private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{22}");
    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,15}");

    static TransferHeader of(Signed signed, byte[] key) {
        return new TransferHeader(
                signed.sender(),
                signed.target(),
                signed.timeMillis(),
                signed.nonce(),
                signed.content(),
                signed.mac(key));
    }

    /**
     * Parses a header.
     *
     * @throws IllegalArgumentException or {@code BackstayException} where it is none
     */
    static TransferHeader parse(String text) {
        String[] fields = text.length() > MAX_CHARS ? new String[0] : text.split(" ", -1);
        if (fields.length != FIELDS
                || !fields[0].equals(VERSION)
                || !MILLIS.matcher(fields[3]).matches()
                || !NONCE.matcher(fields[4]).matches()) {
            throw new IllegalArgumentException("not a transfer header");
        }
        return new TransferHeader(
                NodeId.parse(fields[1]),
                NodeId.parse(fields[2]),
                Long.parseLong(fields[3]),
                fields[4],
                fields[5],
                fields[6]);
    }

    @Override
    public String toString() {
        return String.join(
                " ", VERSION, sender.toString(), target.toString(), Long.toString(timeMillis), nonce, content, mac);
    }
}
