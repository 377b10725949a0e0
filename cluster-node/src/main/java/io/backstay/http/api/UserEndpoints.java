package io.backstay.http.api;

import io.backstay.manager.command.ManagerAnswer.UserInfo;
import io.backstay.manager.command.Password;
import io.backstay.manager.command.UserCommand;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Users: {@code /users}. */
final class UserEndpoints {
    private final Manager manager;

    UserEndpoints(Manager manager) {
        this.manager = manager;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.of("GET", "/users", this::list),
                Endpoint.of("POST", "/users", this::create),
                Endpoint.of("GET", "/users/{user}", this::read),
                Endpoint.of("PATCH", "/users/{user}", this::change),
                Endpoint.of("DELETE", "/users/{user}", this::delete),
                Endpoint.of("PUT", "/users/{user}/password", this::changePassword),
                Endpoint.of("DELETE", "/users/{user}/sessions", this::endSessions));
    }

    record User(String id, String name, String role, boolean disabled, Instant created, long version) {
        static User of(UserInfo info) {
            return new User(
                    info.id().toString(),
                    info.name().value(),
                    info.role().text(),
                    info.disabled(),
                    info.created(),
                    info.version());
        }
    }

    record NewUser(String name, String role, String password) {
        @Override
        public String toString() {
            return "NewUser[name=" + name + "]";
        }
    }

    record UserChange(Optional<String> role, Optional<Boolean> disabled) {}

    record PasswordChange(Optional<String> current, String replacement) {
        @Override
        public String toString() {
            return "PasswordChange[hidden]";
        }
    }

    private static UserRole role(String text) {
        for (UserRole role : UserRole.values()) {
            if (role.text().equals(text)) {
                return role;
            }
        }
        throw new BackstayException(ErrorCode.INVALID_REQUEST, "field role: it is one of admin, operator, user");
    }

    private CompletionStage<ApiAnswer> list(ApiCall call) {
        return manager.submit(new UserCommand.ListUsers(), call.initiator())
                .thenApply(users -> Lists.page(
                        call,
                        users.users().stream().map(User::of).toList(),
                        User::name,
                        Map.of(
                                "name", Comparator.comparing(User::name),
                                "role", Comparator.comparing(User::role),
                                "created", Comparator.comparing(User::created))));
    }

    private CompletionStage<ApiAnswer> create(ApiCall call) {
        NewUser wanted = call.body(NewUser.class);
        return manager.submit(
                        new UserCommand.CreateUser(
                                new UserName(wanted.name()), role(wanted.role()), new Password(wanted.password())),
                        call.initiator())
                .thenApply(info -> ApiAnswer.created(User.of(info)).version(info.version()));
    }

    private CompletionStage<ApiAnswer> read(ApiCall call) {
        return manager.submit(new UserCommand.ReadUser(call.path("user", UserId::parse)), call.initiator())
                .thenApply(UserEndpoints::answer);
    }

    private CompletionStage<ApiAnswer> change(ApiCall call) {
        UserChange wanted = call.body(UserChange.class);
        return manager.submit(
                        new UserCommand.ChangeUser(
                                call.path("user", UserId::parse),
                                wanted.role().map(UserEndpoints::role),
                                wanted.disabled(),
                                call.expectedVersion()),
                        call.initiator())
                .thenApply(UserEndpoints::answer);
    }

    private CompletionStage<ApiAnswer> delete(ApiCall call) {
        return manager.submit(
                        new UserCommand.DeleteUser(call.path("user", UserId::parse), call.expectedVersion()),
                        call.initiator())
                .thenApply(done -> ApiAnswer.nothing());
    }

    private CompletionStage<ApiAnswer> changePassword(ApiCall call) {
        PasswordChange wanted = call.body(PasswordChange.class);
        return manager.submit(
                        new UserCommand.ChangePassword(
                                call.path("user", UserId::parse),
                                wanted.current().map(Password::new),
                                new Password(wanted.replacement())),
                        call.initiator())
                .thenApply(UserEndpoints::answer);
    }

    private CompletionStage<ApiAnswer> endSessions(ApiCall call) {
        return manager.submit(new UserCommand.EndSessions(call.path("user", UserId::parse)), call.initiator())
                .thenApply(done -> ApiAnswer.nothing());
    }

    private static ApiAnswer answer(UserInfo info) {
        return ApiAnswer.ok(User.of(info)).version(info.version());
    }
}
