package io.backstay.repository.json;

/** UTF-8 as Go decodes it: the shortest form only, no surrogates, nothing above U+10FFFF. */
final class Utf8 {
    private Utf8() {}

    /** How many bytes the character that begins there has; 0 where there is no valid one. */
    static int length(byte[] bytes, int at) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        if (first < 0xc2 || first > 0xf4) {
            return 0;
        }
        int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        if (at + length > bytes.length) {
            return 0;
        }
        int second = bytes[at + 1] & 0xff;
        int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /** The character of that length that begins there. */
    static int decode(byte[] bytes, int at, int length) {
        return switch (length) {
            case 1 -> bytes[at];
            case 2 -> (bytes[at] & 0x1f) << 6 | bytes[at + 1] & 0x3f;
            case 3 -> (bytes[at] & 0x0f) << 12 | (bytes[at + 1] & 0x3f) << 6 | bytes[at + 2] & 0x3f;
            case 4 ->
                (bytes[at] & 0x07) << 18
                        | (bytes[at + 1] & 0x3f) << 12
                        | (bytes[at + 2] & 0x3f) << 6
                        | bytes[at + 3] & 0x3f;
            default -> throw new IllegalArgumentException("a character has 1 to 4 bytes, not " + length);
        };
    }
}
