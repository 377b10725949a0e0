package io.backstay.manager.state;

import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import java.time.Instant;
import java.util.Optional;

/** An application token of its owner for one repository. */
public record TokenRecord(
        TokenId id,
        String name,
        UserId owner,
        RepositoryId repository,
        Permission permission,
        Sha256 secretHash,
        Instant created,
        Optional<Instant> expires) {}
