package io.backstay.model;

import java.util.Optional;

/**
 * Which object of a repository: its type and its name, the SHA-256 of its content. {@code config} has no name of its own.
 * Printed as restic's paths are, {@code config} or {@code data/<64 hex>}.
 */
public record ObjectKey(ObjectType type, Sha256 name) implements Comparable<ObjectKey> {
    private static final Sha256 NO_NAME = new Sha256(0, 0, 0, 0);
    private static final ObjectKey CONFIG = new ObjectKey(ObjectType.CONFIG, NO_NAME);

    /** Checks that {@code config}, and only it, is without a name. */
    public ObjectKey {
        if (type == ObjectType.CONFIG && !name.equals(NO_NAME)) {
            throw new IllegalArgumentException("config has no name");
        }
    }

    /** The repository's single {@code config}. */
    public static ObjectKey config() {
        return CONFIG;
    }

    /**
     * Parses the printed form.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_IDENTIFIER}
     */
    public static ObjectKey parse(String text) {
        if (text.equals(ObjectType.CONFIG.path())) {
            return CONFIG;
        }
        int slash = text.indexOf('/');
        Optional<ObjectType> type = slash < 0 ? Optional.empty() : ObjectType.ofPath(text.substring(0, slash));
        if (type.isEmpty() || type.get() == ObjectType.CONFIG) {
            throw new BackstayException(ErrorCode.INVALID_IDENTIFIER, "not the key of an object");
        }
        return new ObjectKey(type.get(), Sha256.parse(text.substring(slash + 1)));
    }

    /** The SHA-256 that the content must have; none for {@code config}, whose name says nothing about it. */
    public Optional<Sha256> contentHash() {
        return type == ObjectType.CONFIG ? Optional.empty() : Optional.of(name);
    }

    @Override
    public int compareTo(ObjectKey other) {
        int order = type.compareTo(other.type);
        return order != 0 ? order : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return type == ObjectType.CONFIG ? type.path() : type.path() + "/" + name;
    }
}
