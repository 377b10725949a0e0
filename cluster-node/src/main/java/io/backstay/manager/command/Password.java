package io.backstay.manager.command;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/** A password on its way to be hashed; never stored, never printed. */
public record Password(String value) {
    private static final int MIN_CHARS = 8;
    private static final int MAX_CHARS = 512;

    /** Any text; the manager checks the rules for passwords. */
    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    public Password(@JsonProperty("value") String value) {
        this.value = value;
    }

    /** Why it may not be used, if so. */
    public Optional<String> weakness() {
        return value.length() < MIN_CHARS || value.length() > MAX_CHARS
                ? Optional.of("a password has %d to %d characters".formatted(MIN_CHARS, MAX_CHARS))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "Password[hidden]";
    }
}
