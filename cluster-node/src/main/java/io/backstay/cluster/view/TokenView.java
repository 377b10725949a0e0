package io.backstay.cluster.view;

import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * An application token: a credential of its owner for one repository. The secret itself is random and long, so that its
 * plain SHA-256 serves as its hash.
 *
 * @param permission bound from above by what the owner may at the moment of use
 */
public record TokenView(
        TokenId id,
        String name,
        UserId owner,
        RepositoryId repository,
        Permission permission,
        Sha256 secretHash,
        Optional<Instant> expires) {}
