package io.backstay.manager.state;

import io.backstay.manager.command.ManagerAnswer;
import io.backstay.model.ErrorCode;
import java.util.List;
import java.util.function.Function;

/** What comes of a command. */
public sealed interface Decision<R extends ManagerAnswer> {
    /**
     * It is done once these events are in the journal; none where nothing changes.
     *
     * @param answer from the state with the events applied
     */
    record Accept<R extends ManagerAnswer>(List<ManagerEvent> events, Function<ManagerState, R> answer)
            implements Decision<R> {
        /** Copies the list. */
        public Accept {
            events = List.copyOf(events);
        }
    }

    /** It is not done. */
    record Refuse<R extends ManagerAnswer>(ErrorCode code, String detail) implements Decision<R> {}

    /** Decide again with the evidence that this work gives. */
    record Need<R extends ManagerAnswer>(Work work) implements Decision<R> {}

    /** Some events, then an answer from the state after them. */
    static <R extends ManagerAnswer> Decision<R> accept(List<ManagerEvent> events, Function<ManagerState, R> answer) {
        return new Accept<>(events, answer);
    }

    /** Events with nothing to tell. */
    static Decision<ManagerAnswer.Done> done(ManagerEvent... events) {
        return new Accept<>(List.of(events), state -> new ManagerAnswer.Done());
    }

    /** An answer without a change. */
    static <R extends ManagerAnswer> Decision<R> answer(R answer) {
        return new Accept<>(List.of(), state -> answer);
    }

    /** A refusal. */
    static <R extends ManagerAnswer> Decision<R> refuse(ErrorCode code, String detail) {
        return new Refuse<>(code, detail);
    }
}
