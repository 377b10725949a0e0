package io.backstay.manager;

import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerCommand;
import io.backstay.manager.command.ManagerReply;
import java.util.concurrent.CompletionStage;

/** The way to the cluster's one manager, from any node. Safe for use by many threads. */
public interface ManagerGateway {
    /**
     * Has the manager decide the command; who may do what is decided there.
     *
     * <p>The stage never fails: a refusal, an absent manager and a time-out are {@link ManagerReply.Refused}, the latter two
     * with {@link io.backstay.model.ErrorCode#UNAVAILABLE}. After a time-out the change may have been made or not: send the
     * same command again, each says whether it is safe to do twice.
     *
     * @param by on whose behalf, authenticated by the caller
     */
    <R extends ManagerAnswer> CompletionStage<ManagerReply<R>> submit(ManagerCommand<R> command, Initiator by);
}
