package io.backstay.http.api;

import io.backstay.cluster.view.ClusterView;
import io.backstay.http.ViewWaiters;
import io.backstay.manager.ManagerGateway;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerCommand;
import io.backstay.manager.command.ManagerReply;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The manager as endpoints use it: a refusal fails the stage, and an answer comes when this node's view holds what was done. */
public final class Manager {
    private final ManagerGateway gateway;
    private final ViewWaiters waiters;

    /** A manager behind a gateway. */
    public Manager(ManagerGateway gateway, ViewWaiters waiters) {
        this.gateway = gateway;
        this.waiters = waiters;
    }

    /** Has a command decided. */
    public <R extends ManagerAnswer> CompletionStage<R> submit(ManagerCommand<R> command, Initiator by) {
        return gateway.submit(command, by).thenCompose(this::settled);
    }

    private <R extends ManagerAnswer> CompletionStage<R> settled(ManagerReply<R> reply) {
        return switch (reply) {
            case ManagerReply.Refused<R> refused -> throw new BackstayException(refused.code(), refused.detail());
            case ManagerReply.Accepted<R> accepted ->
                accepted.changed()
                        ? waiters.until(accepted.at()).thenApply(view -> accepted.answer())
                        : CompletableFuture.completedFuture(accepted.answer());
        };
    }

    /** The answer and a view that holds it. */
    record Seen<R>(R answer, ClusterView view) {}

    <R extends ManagerAnswer> CompletionStage<Seen<R>> submitAndSee(ManagerCommand<R> command, Initiator by) {
        return gateway.submit(command, by).thenCompose(reply -> switch (reply) {
            case ManagerReply.Refused<R> refused -> throw new BackstayException(refused.code(), refused.detail());
            case ManagerReply.Accepted<R> accepted ->
                waiters.until(accepted.at()).thenApply(view -> new Seen<>(accepted.answer(), view));
        });
    }

    static ErrorCode codeOf(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof java.util.concurrent.CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof BackstayException known ? known.code() : ErrorCode.INTERNAL;
    }
}
