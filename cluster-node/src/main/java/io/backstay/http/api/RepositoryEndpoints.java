package io.backstay.http.api;

import io.backstay.manager.command.Grant;
import io.backstay.manager.command.ManagerAnswer.RepositoryInfo;
import io.backstay.manager.command.RepositoryCommand;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Repositories and their policies: {@code /repositories}. */
final class RepositoryEndpoints {
    private final Manager manager;
    private final String address;

    /** @param address where restic reaches this node, as {@code http://host:8420} */
    RepositoryEndpoints(Manager manager, String address) {
        this.manager = manager;
        this.address = address;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.of("GET", "/repositories", this::list),
                Endpoint.of("POST", "/repositories", this::create),
                Endpoint.of("GET", "/repositories/{repository}", this::read),
                Endpoint.of("PATCH", "/repositories/{repository}", this::change),
                Endpoint.of("DELETE", "/repositories/{repository}", this::delete));
    }

    record GrantBody(String user, String permission) {
        static GrantBody of(Grant grant) {
            return new GrantBody(grant.user().toString(), grant.permission().text());
        }

        Grant grant() {
            return new Grant(UserId.parse(user), RepositoryEndpoints.permission(permission));
        }
    }

    /** @param address what restic is given after {@code rest:} */
    record Repository(
            String id,
            String name,
            String owner,
            List<GrantBody> grants,
            int replicas,
            long trashGraceSeconds,
            Instant created,
            String address,
            long version) {}

    record NewRepository(
            String name, Optional<String> owner, Optional<Integer> replicas, Optional<Long> trashGraceSeconds) {}

    record RepositoryChange(
            Optional<String> name,
            Optional<String> owner,
            Optional<Integer> replicas,
            Optional<Long> trashGraceSeconds,
            Optional<List<GrantBody>> grants) {}

    static Permission permission(String text) {
        for (Permission permission : Permission.values()) {
            if (permission.text().equals(text)) {
                return permission;
            }
        }
        throw new BackstayException(ErrorCode.INVALID_REQUEST, "field permission: it is one of read, append, full");
    }

    private Repository body(RepositoryInfo info) {
        return new Repository(
                info.id().toString(),
                info.name().value(),
                info.owner().toString(),
                info.grants().stream().map(GrantBody::of).toList(),
                info.replicas(),
                info.trashGrace().toSeconds(),
                info.created(),
                address + "/restic/" + info.name() + "/",
                info.version());
    }

    private ApiAnswer answer(RepositoryInfo info) {
        return ApiAnswer.ok(body(info)).version(info.version());
    }

    private static Duration seconds(long seconds) {
        if (seconds < 0 || seconds > Duration.ofDays(365).toSeconds()) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, "field trashGraceSeconds: it is from 0 to 365 days");
        }
        return Duration.ofSeconds(seconds);
    }

    private CompletionStage<ApiAnswer> list(ApiCall call) {
        return manager.submit(new RepositoryCommand.ListRepositories(), call.initiator())
                .thenApply(all -> Lists.page(
                        call,
                        all.repositories().stream().map(this::body).toList(),
                        Repository::name,
                        Map.of(
                                "name", Comparator.comparing(Repository::name),
                                "created", Comparator.comparing(Repository::created))));
    }

    private CompletionStage<ApiAnswer> create(ApiCall call) {
        NewRepository wanted = call.body(NewRepository.class);
        return manager.submit(
                        new RepositoryCommand.CreateRepository(
                                new RepositoryName(wanted.name()),
                                wanted.owner().map(UserId::parse),
                                wanted.replicas(),
                                wanted.trashGraceSeconds().map(RepositoryEndpoints::seconds)),
                        call.initiator())
                .thenApply(info -> ApiAnswer.created(body(info)).version(info.version()));
    }

    private CompletionStage<ApiAnswer> read(ApiCall call) {
        return manager.submit(
                        new RepositoryCommand.ReadRepository(call.path("repository", RepositoryId::parse)),
                        call.initiator())
                .thenApply(this::answer);
    }

    private CompletionStage<ApiAnswer> change(ApiCall call) {
        RepositoryChange wanted = call.body(RepositoryChange.class);
        return manager.submit(
                        new RepositoryCommand.ChangeRepository(
                                call.path("repository", RepositoryId::parse),
                                wanted.name().map(RepositoryName::new),
                                wanted.owner().map(UserId::parse),
                                wanted.replicas(),
                                wanted.trashGraceSeconds().map(RepositoryEndpoints::seconds),
                                wanted.grants()
                                        .map(grants -> grants.stream()
                                                .map(GrantBody::grant)
                                                .toList()),
                                call.expectedVersion()),
                        call.initiator())
                .thenApply(this::answer);
    }

    private CompletionStage<ApiAnswer> delete(ApiCall call) {
        return manager.submit(
                        new RepositoryCommand.DeleteRepository(
                                call.path("repository", RepositoryId::parse), call.expectedVersion()),
                        call.initiator())
                .thenApply(done -> ApiAnswer.nothing());
    }
}
