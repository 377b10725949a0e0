package io.backstay.cluster.view;

import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;

/**
 * A user as every node needs it to check a password and a session.
 *
 * @param passwordHash Argon2id in the PHC string format
 * @param credentialVersion grows with each change that ends the user's sessions
 */
public record UserView(
        UserId id, UserName name, UserRole role, String passwordHash, boolean disabled, long credentialVersion) {
    @Override
    public String toString() {
        return "UserView[id=%s, name=%s, role=%s, disabled=%s]".formatted(id, name, role, disabled);
    }
}
