package io.backstay.manager.state;

import io.backstay.manager.command.Grant;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.RepositoryCommand;
import io.backstay.model.ErrorCode;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Decides commands for repositories. */
final class RepositoryRules {
    static final int MAX_REPOSITORIES = 10_000;
    static final int MAX_REPLICAS = 7;
    static final int DEFAULT_REPLICAS = 3;
    static final Duration DEFAULT_TRASH_GRACE = Duration.ofDays(7);

    private static final Duration LONGEST_TRASH_GRACE = Duration.ofDays(365);
    private static final int MAX_GRANTS = 1000;

    private RepositoryRules() {}

    static Decision<? extends ManagerAnswer> decide(RepositoryCommand<?> command, Access access) {
        return switch (command) {
            case RepositoryCommand.CreateRepository it -> create(it, access);
            case RepositoryCommand.ChangeRepository it -> change(it, access);
            case RepositoryCommand.DeleteRepository it -> delete(it, access);
            case RepositoryCommand.ReadRepository it -> read(it, access);
            case RepositoryCommand.ListRepositories it -> list(access);
        };
    }

    private static Decision<ManagerAnswer.RepositoryInfo> create(
            RepositoryCommand.CreateRepository command, Access access) {
        Optional<UserId> owner = command.owner().or(() -> access.user().map(UserRecord::id));
        if (owner.isEmpty()) {
            return Access.invalid("a repository has an owner");
        }
        if (!access.is(owner.get()) && !access.isOperator()) {
            return Access.forbidden("admins and operators, for another user,");
        }
        if (!access.state().users().containsKey(owner.get())) {
            return Access.missing("user");
        }
        int replicas = command.replicas().orElse(DEFAULT_REPLICAS);
        Duration trashGrace = command.trashGrace().orElse(DEFAULT_TRASH_GRACE);
        Optional<String> flaw = flaw(replicas, trashGrace);
        if (flaw.isPresent()) {
            return Access.invalid(flaw.get());
        }
        Optional<RepositoryRecord> taken = named(command.name(), access.state());
        if (taken.isPresent()) {
            return taken.get().owner().equals(owner.get())
                    ? Decision.answer(Answers.of(taken.get()))
                    : Decision.refuse(ErrorCode.ALREADY_EXISTS, "the name %s is taken".formatted(command.name()));
        }
        if (access.state().repositories().size() >= MAX_REPOSITORIES) {
            return Access.conflict("there are %d repositories, no more can be made".formatted(MAX_REPOSITORIES));
        }
        var event = new ManagerEvent.RepositoryCreated(
                new RepositoryId(access.context().ids().get()), command.name(), owner.get(), replicas, trashGrace);
        return Decision.accept(
                List.of(event),
                state -> Answers.of(Objects.requireNonNull(state.repositories().get(event.id()))));
    }

    private static Decision<ManagerAnswer.RepositoryInfo> change(
            RepositoryCommand.ChangeRepository command, Access access) {
        RepositoryRecord repository = access.state().repositories().get(command.repository());
        if (repository == null || !access.mayKnow(repository)) {
            return Access.missing("repository");
        }
        boolean rights = command.owner().isPresent() || command.grants().isPresent();
        if (!access.governs(repository) && (rights || !access.isOperator())) {
            return Access.forbidden(rights ? "its owner and admins" : "its owner, admins and operators");
        }
        if (Access.outdated(command.expectedVersion(), repository.version())) {
            return Access.changedMeanwhile(repository.version());
        }
        var changed = new ManagerEvent.RepositoryChanged(
                repository.id(),
                command.name().orElse(repository.name()),
                command.owner().orElse(repository.owner()),
                command.replicas().orElse(repository.replicas()),
                command.trashGrace().orElse(repository.trashGrace()));
        Optional<String> flaw = flaw(changed.replicas(), changed.trashGrace());
        if (flaw.isPresent()) {
            return Access.invalid(flaw.get());
        }
        if (named(changed.name(), access.state())
                .filter(it -> !it.id().equals(repository.id()))
                .isPresent()) {
            return Access.conflict("the name %s is taken".formatted(changed.name()));
        }
        if (!access.state().users().containsKey(changed.owner())) {
            return Access.missing("user");
        }
        Map<UserId, Permission> grants = new TreeMap<>(repository.grants());
        grants.remove(changed.owner());
        if (command.grants().isPresent()) {
            grants.clear();
            for (Grant grant : command.grants().get()) {
                if (!access.state().users().containsKey(grant.user())) {
                    return Access.missing("user " + grant.user());
                }
                if (grant.user().equals(changed.owner())) {
                    return Access.invalid("the owner needs no grant");
                }
                if (grants.put(grant.user(), grant.permission()) != null) {
                    return Access.invalid("a user has one grant in a repository");
                }
            }
            if (grants.size() > MAX_GRANTS) {
                return Access.invalid("a repository has at most %d grants".formatted(MAX_GRANTS));
            }
        }
        List<ManagerEvent> events = new ArrayList<>();
        Map<UserId, Permission> before = repository.grants();
        if (!repository.describedBy(changed)) {
            events.add(changed);
            before = repository.changed(changed).grants();
        }
        if (!before.equals(grants)) {
            events.add(new ManagerEvent.GrantsChanged(repository.id(), grants));
        }
        return Decision.accept(
                events,
                state -> Answers.of(Objects.requireNonNull(state.repositories().get(repository.id()))));
    }

    private static Decision<ManagerAnswer.Done> delete(RepositoryCommand.DeleteRepository command, Access access) {
        RepositoryRecord repository = access.state().repositories().get(command.repository());
        if (repository == null || !access.mayKnow(repository)) {
            return Access.missing("repository");
        }
        if (!access.governs(repository) && !access.isOperator()) {
            return Access.forbidden("its owner, admins and operators");
        }
        if (Access.outdated(command.expectedVersion(), repository.version())) {
            return Access.changedMeanwhile(repository.version());
        }
        return Decision.done(new ManagerEvent.RepositoryDeleted(repository.id()));
    }

    private static Decision<ManagerAnswer.RepositoryInfo> read(
            RepositoryCommand.ReadRepository command, Access access) {
        RepositoryRecord repository = access.state().repositories().get(command.repository());
        return repository == null || !access.mayKnow(repository)
                ? Access.missing("repository")
                : Decision.answer(Answers.of(repository));
    }

    private static Decision<ManagerAnswer.Repositories> list(Access access) {
        return Decision.answer(new ManagerAnswer.Repositories(access.state().repositories().values().stream()
                .filter(access::mayKnow)
                .sorted(Comparator.comparing(RepositoryRecord::name))
                .map(Answers::of)
                .toList()));
    }

    private static Optional<RepositoryRecord> named(RepositoryName name, ManagerState state) {
        return state.repositories().values().stream()
                .filter(repository -> repository.name().equals(name))
                .findFirst();
    }

    private static Optional<String> flaw(int replicas, Duration trashGrace) {
        if (replicas < 1 || replicas > MAX_REPLICAS) {
            return Optional.of("replicas are 1 to %d".formatted(MAX_REPLICAS));
        }
        if (trashGrace.isNegative() || trashGrace.compareTo(LONGEST_TRASH_GRACE) > 0) {
            return Optional.of("the trash's grace period is at most %d days".formatted(LONGEST_TRASH_GRACE.toDays()));
        }
        if (trashGrace.toNanosPart() != 0) {
            return Optional.of("the trash's grace period is in whole seconds");
        }
        return Optional.empty();
    }
}
