package io.backstay.manager.command;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.model.TokenId;
import java.time.Instant;
import java.util.Optional;

/** Commands for application tokens. */
public sealed interface TokenCommand<R extends ManagerAnswer> extends ManagerCommand<R> {
    /**
     * Makes a token of the initiator's for a repository, whose secret the caller made and keeps. Users may, with no more
     * than their own permission there. Safe to do twice.
     *
     * @param name what it is for, 1 to 100 characters
     * @param secretHash as {@code ApplicationTokenSecret.hash} tells it
     */
    record CreateToken(
            TokenId id,
            String name,
            RepositoryId repository,
            Permission permission,
            Sha256 secretHash,
            Optional<Instant> expires)
            implements TokenCommand<ManagerAnswer.TokenInfo> {}

    /** Ends a token. Its owner and admins may. */
    record RevokeToken(TokenId token) implements TokenCommand<ManagerAnswer.Done> {
        /** That token. */
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        public RevokeToken(@JsonProperty("token") TokenId token) {
            this.token = token;
        }
    }

    /** Asks for the initiator's tokens; admins see all. */
    record ListTokens() implements TokenCommand<ManagerAnswer.Tokens>, ManagerCommand.Question {}
}
