package io.backstay.storage.protocol;

import io.backstay.model.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * What an input leads to: first all events go to the journal together, then they are applied, then the outputs are carried
 * out in order. Where the journal refuses the events, the activation is over and nothing of the step has happened.
 */
public record Step(List<CatalogueEvent> events, List<EntityOutput> outputs) {
    private static final Step NOTHING = new Step(List.of(), List.of());

    /** Copies the lists. */
    public Step {
        events = List.copyOf(events);
        outputs = List.copyOf(outputs);
    }

    static Step nothing() {
        return NOTHING;
    }

    static Step of(EntityOutput... outputs) {
        return new Step(List.of(), List.of(outputs));
    }

    static Step reply(long request, EntityReply reply) {
        return of(new EntityOutput.Reply(request, reply));
    }

    static Step refuse(long request, ErrorCode code, String detail) {
        return reply(request, new EntityReply.Refused(code, detail));
    }

    static Step persist(CatalogueEvent event, EntityOutput... outputs) {
        return new Step(List.of(event), List.of(outputs));
    }

    Step prepend(List<CatalogueEvent> first) {
        List<CatalogueEvent> all = new ArrayList<>(first);
        all.addAll(events);
        return new Step(all, outputs);
    }

    Step and(EntityOutput output) {
        List<EntityOutput> all = new ArrayList<>(outputs);
        all.add(output);
        return new Step(events, all);
    }

    Step and(Step other) {
        if (other.events.isEmpty() && other.outputs.isEmpty()) {
            return this;
        }
        List<CatalogueEvent> allEvents = new ArrayList<>(events);
        allEvents.addAll(other.events);
        List<EntityOutput> allOutputs = new ArrayList<>(outputs);
        allOutputs.addAll(other.outputs);
        return new Step(allEvents, allOutputs);
    }
}
