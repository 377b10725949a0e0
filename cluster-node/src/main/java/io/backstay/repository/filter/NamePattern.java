package io.backstay.repository.filter;

/**
 * A pattern for one name, with the rules of Go's {@code filepath.Match}: {@code *} for any characters, {@code ?} for one,
 * {@code [a-z]} and {@code [^a-z]} for one of a set, {@code \} before a character that means itself.
 */
final class NamePattern {
    private final int[] pattern;

    /** @throws IllegalArgumentException where it is malformed */
    NamePattern(String pattern) {
        this.pattern = pattern.codePoints().toArray();
        check();
    }

    boolean matches(String name) {
        return matches(0, name.codePoints().toArray(), 0);
    }

    private boolean matches(int fromPattern, int[] name, int fromName) {
        int at = fromPattern;
        int n = fromName;
        while (at < pattern.length) {
            if (pattern[at] == '*') {
                while (at < pattern.length && pattern[at] == '*') {
                    at++;
                }
                for (int rest = n; rest <= name.length; rest++) {
                    if (matches(at, name, rest)) {
                        return true;
                    }
                }
                return false;
            }
            if (n >= name.length) {
                return false;
            }
            if (pattern[at] == '[') {
                int end = endOfSet(at);
                if (!inSet(at + 1, end, name[n])) {
                    return false;
                }
                at = end + 1;
            } else if (pattern[at] == '?') {
                at++;
            } else {
                at += pattern[at] == '\\' ? 1 : 0;
                if (pattern[at] != name[n]) {
                    return false;
                }
                at++;
            }
            n++;
        }
        return n == name.length;
    }

    private void check() {
        int at = 0;
        while (at < pattern.length) {
            if (pattern[at] == '[') {
                at = endOfSet(at) + 1;
            } else if (pattern[at] == '\\') {
                if (at + 1 >= pattern.length) {
                    throw new IllegalArgumentException("a pattern ends with \\");
                }
                at += 2;
            } else {
                at++;
            }
        }
    }

    /** The index of the bracket that closes a set. */
    private int endOfSet(int open) {
        int at = open + 1;
        if (at < pattern.length && pattern[at] == '^') {
            at++;
        }
        int ranges = 0;
        while (at < pattern.length && (pattern[at] != ']' || ranges == 0)) {
            at = member(at);
            if (at < pattern.length && pattern[at] == '-') {
                at = member(at + 1);
            }
            ranges++;
        }
        if (at >= pattern.length) {
            throw new IllegalArgumentException("a pattern's [ is not closed");
        }
        return at;
    }

    /** Steps over one character of a set. */
    private int member(int at) {
        int character = at < pattern.length ? pattern[at] : '-';
        if (character == '-' || character == ']') {
            throw new IllegalArgumentException("a pattern's set is malformed");
        }
        return at + (character == '\\' ? 2 : 1);
    }

    private boolean inSet(int from, int end, int character) {
        boolean negated = pattern[from] == '^';
        int at = negated ? from + 1 : from;
        boolean found = false;
        while (at < end) {
            at += pattern[at] == '\\' ? 1 : 0;
            int low = pattern[at++];
            int high = low;
            if (at < end && pattern[at] == '-') {
                at++;
                at += pattern[at] == '\\' ? 1 : 0;
                high = pattern[at++];
            }
            found |= low <= character && character <= high;
        }
        return found != negated;
    }
}
