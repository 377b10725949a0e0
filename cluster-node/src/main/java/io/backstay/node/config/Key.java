package io.backstay.node.config;

import java.util.Locale;
import java.util.function.Function;

/**
 * One key of the configuration, with all that is said about it.
 *
 * @param path without the prefix, as {@code http.port}
 * @param type reads one value
 * @param fallback what holds where nothing is given, as people read it; empty where there is none
 * @param list whether the key takes several values
 * @param secret whether its value may never be printed
 */
record Key<T>(String path, Type<T> type, String fallback, boolean list, boolean secret, String description) {
    static final String PREFIX = "backstay";

    /**
     * A kind of value.
     *
     * @param expected completes "expected …"
     * @param parse throws {@link IllegalArgumentException} or a {@code BackstayException} for what it does not take
     */
    record Type<T>(String expected, Function<String, T> parse) {}

    /** The whole path in a file. */
    String name() {
        return PREFIX + "." + path;
    }

    /** The environment variable. */
    String variable() {
        return name().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
