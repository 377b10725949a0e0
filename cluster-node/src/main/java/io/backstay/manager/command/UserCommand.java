package io.backstay.manager.command;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.util.Optional;

/**
 * Commands for users. Passwords have 8 to 512 characters. Whatever would leave the cluster without an enabled admin is
 * refused with {@link io.backstay.model.ErrorCode#CONFLICT}.
 */
public sealed interface UserCommand<R extends ManagerAnswer> extends ManagerCommand<R> {
    /** Makes a user with a name that is not taken. Admins may. */
    record CreateUser(UserName name, UserRole role, Password password) implements UserCommand<ManagerAnswer.UserInfo> {}

    /** Changes what is present. Admins may. Disabling ends the user's sessions. */
    record ChangeUser(UserId user, Optional<UserRole> role, Optional<Boolean> disabled, Optional<Long> expectedVersion)
            implements UserCommand<ManagerAnswer.UserInfo> {}

    /**
     * Sets a password and ends the user's sessions. Users may for themselves, with their current password, which is refused
     * with {@link io.backstay.model.ErrorCode#FORBIDDEN} where it is wrong; admins for others, without.
     */
    record ChangePassword(UserId user, Optional<Password> current, Password replacement)
            implements UserCommand<ManagerAnswer.UserInfo> {}

    /** Ends all of a user's sessions. Users may for themselves, admins for all. */
    record EndSessions(UserId user) implements UserCommand<ManagerAnswer.Done> {
        /** The sessions of that user. */
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        public EndSessions(@JsonProperty("user") UserId user) {
            this.user = user;
        }
    }

    /** Deletes a user with tokens and grants. Admins may, but not themselves, nor one who owns repositories. */
    record DeleteUser(UserId user, Optional<Long> expectedVersion) implements UserCommand<ManagerAnswer.Done> {}

    /** Asks for a user. Users may for themselves, admins and operators for all. */
    record ReadUser(UserId user) implements UserCommand<ManagerAnswer.UserInfo>, ManagerCommand.Question {
        /** That user. */
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        public ReadUser(@JsonProperty("user") UserId user) {
            this.user = user;
        }
    }

    /** Asks for the users; one who is neither admin nor operator sees themselves only. */
    record ListUsers() implements UserCommand<ManagerAnswer.Users>, ManagerCommand.Question {}
}
