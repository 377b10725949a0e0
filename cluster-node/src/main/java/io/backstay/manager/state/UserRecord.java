package io.backstay.manager.state;

import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.time.Instant;

/**
 * A user.
 *
 * @param passwordHash Argon2id in the PHC string format
 * @param credentialVersion grows with each change that ends the user's sessions
 * @param version grows with each change
 */
public record UserRecord(
        UserId id,
        UserName name,
        UserRole role,
        String passwordHash,
        boolean disabled,
        long credentialVersion,
        Instant created,
        long version) {

    boolean enabledAdmin() {
        return role == UserRole.ADMIN && !disabled;
    }

    UserRecord changed(UserRole newRole, boolean nowDisabled) {
        long credentials = nowDisabled && !disabled ? credentialVersion + 1 : credentialVersion;
        return new UserRecord(id, name, newRole, passwordHash, nowDisabled, credentials, created, version + 1);
    }

    UserRecord withPassword(String hash) {
        return new UserRecord(id, name, role, hash, disabled, credentialVersion + 1, created, version + 1);
    }

    UserRecord withoutSessions() {
        return new UserRecord(id, name, role, passwordHash, disabled, credentialVersion + 1, created, version + 1);
    }

    @Override
    public String toString() {
        return "UserRecord[id=%s, name=%s, role=%s, disabled=%s]".formatted(id, name, role, disabled);
    }
}
