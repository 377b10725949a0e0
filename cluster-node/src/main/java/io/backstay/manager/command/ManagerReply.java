package io.backstay.manager.command;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.backstay.cluster.WireMessage;
import io.backstay.cluster.view.ViewId;
import io.backstay.model.ErrorCode;

/**
 * What became of a command.
 *
 * @param <R> what the command asked for
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ManagerReply.Accepted.class, name = "accepted"),
    @JsonSubTypes.Type(value = ManagerReply.Refused.class, name = "refused")
})
public sealed interface ManagerReply<R extends ManagerAnswer> extends WireMessage {
    /**
     * It was done, and is in the journal.
     *
     * @param at the state after it: a node whose view is not older knows of it
     * @param changed false where everything was so already, and for questions
     */
    record Accepted<R extends ManagerAnswer>(R answer, ViewId at, boolean changed) implements ManagerReply<R> {}

    /**
     * It was not done and nothing changed (but see {@link io.backstay.manager.ManagerGateway#submit} for time-outs).
     *
     * @param detail a sentence for people, without a full stop
     */
    record Refused<R extends ManagerAnswer>(ErrorCode code, String detail) implements ManagerReply<R> {}
}
