package io.backstay.manager.command;

import io.backstay.model.Permission;
import io.backstay.model.UserId;

/** What a user who is not the owner may in a repository. */
public record Grant(UserId user, Permission permission) {}
