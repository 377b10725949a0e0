package io.backstay.manager.command;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;

/** A password on its way to be hashed; never stored, never printed. */
public record Password(String value) {
    /** Any text; the manager checks the rules for passwords. */
    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    public Password(@JsonProperty("value") String value) {
        this.value = value;
    }

    @Override
    public String toString() {
        return "Password[hidden]";
    }
}
