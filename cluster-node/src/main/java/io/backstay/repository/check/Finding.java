package io.backstay.repository.check;

/**
 * Something that is not as it should be.
 *
 * @param object its name, as {@code data/…} or {@code tree …}
 */
public record Finding(Severity severity, String object, String what) {
    /** How bad it is. */
    public enum Severity {
        /** Something cannot be restored. */
        ERROR,
        /** Room is wasted or work is done twice; everything can be restored. */
        NOTE
    }

    @Override
    public String toString() {
        return "%s: %s".formatted(object, what);
    }
}
