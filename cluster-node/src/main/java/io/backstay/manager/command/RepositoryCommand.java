package io.backstay.manager.command;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Commands for repositories and their policies. Replicas are 1 to 7, the trash's grace period 0 to 365 days. */
public sealed interface RepositoryCommand<R extends ManagerAnswer> extends ManagerCommand<R> {
    /**
     * Makes a repository. Every user may for themselves, admins and operators for all. Safe to do twice: a repository of that
     * name and owner is answered as it is; one of another owner is refused with
     * {@link io.backstay.model.ErrorCode#ALREADY_EXISTS}.
     *
     * @param owner the initiator where absent
     * @param replicas 3 where absent
     * @param trashGrace 7 days where absent
     */
    record CreateRepository(
            RepositoryName name, Optional<UserId> owner, Optional<Integer> replicas, Optional<Duration> trashGrace)
            implements RepositoryCommand<ManagerAnswer.RepositoryInfo> {}

    /**
     * Changes what is present. The owner and admins may; operators too, but for owner and grants.
     *
     * @param grants all of the grants that shall be there; the owner needs none
     */
    record ChangeRepository(
            RepositoryId repository,
            Optional<RepositoryName> name,
            Optional<UserId> owner,
            Optional<Integer> replicas,
            Optional<Duration> trashGrace,
            Optional<List<Grant>> grants,
            Optional<Long> expectedVersion)
            implements RepositoryCommand<ManagerAnswer.RepositoryInfo> {
        /** Copies the list. */
        public ChangeRepository {
            grants = grants.map(List::copyOf);
        }
    }

    /** Deletes a repository with its grants and tokens. The owner, admins and operators may. */
    record DeleteRepository(RepositoryId repository, Optional<Long> expectedVersion)
            implements RepositoryCommand<ManagerAnswer.Done> {}

    /** Asks for a repository. Its owner, those with a grant, admins and operators may. */
    record ReadRepository(RepositoryId repository)
            implements RepositoryCommand<ManagerAnswer.RepositoryInfo>, ManagerCommand.Question {
        /** That repository. */
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        public ReadRepository(@JsonProperty("repository") RepositoryId repository) {
            this.repository = repository;
        }
    }

    /** Asks for the repositories that the initiator may read about. */
    record ListRepositories() implements RepositoryCommand<ManagerAnswer.Repositories>, ManagerCommand.Question {}
}
