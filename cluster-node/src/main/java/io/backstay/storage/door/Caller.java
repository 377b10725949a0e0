package io.backstay.storage.door;

import io.backstay.model.Permission;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import java.util.Optional;

/**
 * On whose behalf a request is made; the entity checks the permission again against its own view.
 *
 * @param token the application token that was presented, where it was one
 * @param permission what the door's view allows, by user, grant and token together
 */
public record Caller(UserId user, Optional<TokenId> token, Permission permission) {}
