package io.backstay.manager;

import io.backstay.manager.command.Password;
import io.backstay.model.UserName;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * The admin that a new cluster begins with.
 *
 * @param password generated and logged once where none is given
 */
public record FirstAdmin(UserName name, Optional<Password> password) {
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final int CHARS = 20;

    /** A password of 20 letters and digits that are not taken for each other. */
    static Password generate(SecureRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < CHARS; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return new Password(text.toString());
    }
}
