package io.backstay.manager.state;

import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.UserCommand;
import io.backstay.model.ErrorCode;
import io.backstay.model.UserId;
import io.backstay.model.UserRole;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Decides commands for users. */
final class UserRules {
    static final int MAX_USERS = 10_000;

    private static final String ADMINS = "admins";

    private UserRules() {}

    static Decision<? extends ManagerAnswer> decide(UserCommand<?> command, Access access) {
        return switch (command) {
            case UserCommand.CreateUser it -> create(it, access);
            case UserCommand.ChangeUser it -> change(it, access);
            case UserCommand.ChangePassword it -> changePassword(it, access);
            case UserCommand.EndSessions it -> endSessions(it, access);
            case UserCommand.DeleteUser it -> delete(it, access);
            case UserCommand.ReadUser it -> read(it, access);
            case UserCommand.ListUsers it -> list(access);
        };
    }

    private static Decision<ManagerAnswer.UserInfo> create(UserCommand.CreateUser command, Access access) {
        if (!access.isAdmin()) {
            return Access.forbidden(ADMINS);
        }
        if (access.state().users().values().stream()
                .anyMatch(user -> user.name().equals(command.name()))) {
            return Access.conflict("the name %s is taken".formatted(command.name()));
        }
        if (access.state().users().size() >= MAX_USERS) {
            return Access.conflict("there are %d users, no more can be made".formatted(MAX_USERS));
        }
        Optional<String> weakness = command.password().weakness();
        if (weakness.isPresent()) {
            return Access.invalid(weakness.get());
        }
        Optional<String> hash = access.context().evidence().passwordHash();
        if (hash.isEmpty()) {
            return new Decision.Need<>(new Work.HashPassword(command.password()));
        }
        UserId id = new UserId(access.context().ids().get());
        return Decision.accept(
                List.of(new ManagerEvent.UserCreated(id, command.name(), command.role(), hash.get())),
                state -> Answers.of(Objects.requireNonNull(state.users().get(id))));
    }

    private static Decision<ManagerAnswer.UserInfo> change(UserCommand.ChangeUser command, Access access) {
        if (!access.isAdmin()) {
            return Access.forbidden(ADMINS);
        }
        UserRecord user = access.state().users().get(command.user());
        if (user == null) {
            return Access.missing("user");
        }
        if (Access.outdated(command.expectedVersion(), user.version())) {
            return Access.changedMeanwhile(user.version());
        }
        UserRole role = command.role().orElse(user.role());
        boolean disabled = command.disabled().orElse(user.disabled());
        if (role == user.role() && disabled == user.disabled()) {
            return Decision.answer(Answers.of(user));
        }
        if (user.enabledAdmin() && (role != UserRole.ADMIN || disabled) && lastAdmin(user, access.state())) {
            return Access.conflict("it is the last admin who is not disabled");
        }
        return Decision.accept(
                List.of(new ManagerEvent.UserChanged(user.id(), role, disabled)),
                state -> Answers.of(Objects.requireNonNull(state.users().get(user.id()))));
    }

    private static Decision<ManagerAnswer.UserInfo> changePassword(UserCommand.ChangePassword command, Access access) {
        boolean own = access.is(command.user());
        if (!own && !access.isAdmin()) {
            return Access.forbidden("the user and admins");
        }
        UserRecord user = access.state().users().get(command.user());
        if (user == null) {
            return Access.missing("user");
        }
        Optional<String> weakness = command.replacement().weakness();
        if (weakness.isPresent()) {
            return Access.invalid(weakness.get());
        }
        if (own) {
            if (command.current().isEmpty()) {
                return Access.invalid("one's own password is changed with the current one");
            }
            var check = access.context().evidence().passwordCheck();
            if (check.filter(it -> it.hash().equals(user.passwordHash())).isEmpty()) {
                return new Decision.Need<>(
                        new Work.CheckPassword(command.current().get(), user.passwordHash()));
            }
            if (!check.get().matches()) {
                return Decision.refuse(ErrorCode.FORBIDDEN, "the current password is wrong");
            }
        }
        Optional<String> hash = access.context().evidence().passwordHash();
        if (hash.isEmpty()) {
            return new Decision.Need<>(new Work.HashPassword(command.replacement()));
        }
        return Decision.accept(
                List.of(new ManagerEvent.PasswordChanged(user.id(), hash.get())),
                state -> Answers.of(Objects.requireNonNull(state.users().get(user.id()))));
    }

    private static Decision<ManagerAnswer.Done> endSessions(UserCommand.EndSessions command, Access access) {
        if (!access.is(command.user()) && !access.isAdmin()) {
            return Access.forbidden("the user and admins");
        }
        if (!access.state().users().containsKey(command.user())) {
            return Access.missing("user");
        }
        return Decision.done(new ManagerEvent.SessionsEnded(command.user()));
    }

    private static Decision<ManagerAnswer.Done> delete(UserCommand.DeleteUser command, Access access) {
        if (!access.isAdmin()) {
            return Access.forbidden(ADMINS);
        }
        UserRecord user = access.state().users().get(command.user());
        if (user == null) {
            return Access.missing("user");
        }
        if (Access.outdated(command.expectedVersion(), user.version())) {
            return Access.changedMeanwhile(user.version());
        }
        if (access.is(user.id())) {
            return Access.conflict("nobody deletes themselves");
        }
        if (user.enabledAdmin() && lastAdmin(user, access.state())) {
            return Access.conflict("it is the last admin who is not disabled");
        }
        long owned = access.state().repositories().values().stream()
                .filter(repository -> repository.owner().equals(user.id()))
                .count();
        if (owned > 0) {
            return Access.conflict("the user owns %d repositories: give them to another user first".formatted(owned));
        }
        return Decision.done(new ManagerEvent.UserDeleted(user.id()));
    }

    private static Decision<ManagerAnswer.UserInfo> read(UserCommand.ReadUser command, Access access) {
        if (!access.is(command.user()) && !access.isOperator()) {
            return Access.missing("user");
        }
        UserRecord user = access.state().users().get(command.user());
        return user == null ? Access.missing("user") : Decision.answer(Answers.of(user));
    }

    private static Decision<ManagerAnswer.Users> list(Access access) {
        return Decision.answer(new ManagerAnswer.Users(access.state().users().values().stream()
                .filter(user -> access.isOperator() || access.is(user.id()))
                .sorted(Comparator.comparing(UserRecord::name))
                .map(Answers::of)
                .toList()));
    }

    private static boolean lastAdmin(UserRecord user, ManagerState state) {
        return state.users().values().stream()
                .noneMatch(other -> other.enabledAdmin() && !other.id().equals(user.id()));
    }
}
