package io.backstay.http.auth;

import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.TokenView;
import io.backstay.cluster.view.UserView;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import java.util.Optional;

/**
 * Whose credentials were right.
 *
 * @param token the application token that was presented, where it was one
 * @param session whether a session was presented and not the password itself
 */
public record Principal(UserView user, Optional<TokenView> token, boolean session) {

    /** What these credentials may in the repository: what the user may, and no more than the token says. */
    public Optional<Permission> permission(ClusterView view, RepositoryId repository) {
        Optional<Permission> own = view.permission(user.id(), repository);
        if (token.isEmpty()) {
            return own;
        }
        return token.get().repository().equals(repository)
                ? own.map(token.get().permission()::atMost)
                : Optional.empty();
    }
}
