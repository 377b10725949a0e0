package io.backstay.http.wire;

import io.backstay.model.ErrorCode;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/** Gathers the bytes of a request's head, however they come, and judges it once it is whole. For one connection's use. */
final class HeadReader {
    private static final int MOST_LINE_BYTES = HeadRules.MOST_TARGET_BYTES + 32;
    private static final Refusal LINE_ENDS =
            new Refusal(ErrorCode.INVALID_REQUEST, "a line does not end with CR and LF");

    private byte[] head = new byte[0];
    private int size;
    private int scanned;
    private boolean firstLine = true;
    private int lineBegin;

    /** What came of some bytes. */
    sealed interface Result {
        /** All of them belong to a head that is not whole yet. */
        record More() implements Result {}

        /**
         * The head is whole.
         *
         * @param consumed how many of the bytes belong to it
         */
        record Whole(ByteString head, Framing framing, int consumed) implements Result {}

        /** It cannot become one. */
        record Refused(Refusal refusal) implements Result {}
    }

    /** Whether nothing of a head has come. */
    boolean empty() {
        return size == 0;
    }

    /** Takes bytes, from that index on. */
    Result take(ByteString bytes, int from) {
        int before = size;
        int added = Math.min(bytes.length() - from, HeadRules.MOST_HEAD_BYTES + 1 - size);
        head = Arrays.copyOf(head, size + added);
        bytes.drop(from).copyToArray(head, size, added);
        size += added;
        if (before == 0 && !HeadRules.mayBegin(head[0])) {
            return refused(ErrorCode.INVALID_REQUEST, "this is not an HTTP request");
        }
        for (; scanned < size; scanned++) {
            boolean afterReturn = scanned > 0 && head[scanned - 1] == '\r';
            if (afterReturn != (head[scanned] == '\n')) {
                return new Result.Refused(LINE_ENDS);
            }
            if (afterReturn) {
                if (scanned - 1 == lineBegin) {
                    return firstLine ? new Result.Refused(LINE_ENDS) : whole(scanned + 1, before);
                }
                firstLine = false;
                lineBegin = scanned + 1;
            } else if (firstLine && scanned > MOST_LINE_BYTES) {
                return refused(
                        ErrorCode.URI_TOO_LONG,
                        "the address is longer than %d bytes".formatted(HeadRules.MOST_TARGET_BYTES));
            }
        }
        return size > HeadRules.MOST_HEAD_BYTES
                ? refused(
                        ErrorCode.HEADERS_TOO_LARGE,
                        "the headers are longer than %d bytes".formatted(HeadRules.MOST_HEAD_BYTES))
                : new Result.More();
    }

    private Result whole(int length, int before) {
        Result result = switch (HeadRules.judge(head, length)) {
            case HeadRules.Verdict.Good good ->
                new Result.Whole(ByteString.fromArray(head, 0, length), good.framing(), length - before);
            case HeadRules.Verdict.Bad bad -> new Result.Refused(bad.refusal());
        };
        head = new byte[0];
        size = 0;
        scanned = 0;
        firstLine = true;
        lineBegin = 0;
        return result;
    }

    private static Result refused(ErrorCode code, String detail) {
        return new Result.Refused(new Refusal(code, detail));
    }
}
