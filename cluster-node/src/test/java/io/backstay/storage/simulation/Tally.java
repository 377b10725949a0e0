package io.backstay.storage.simulation;

import java.util.Map;
import java.util.TreeMap;

/** What runs have done; for people. */
final class Tally {
    long runs;
    long events;
    long requests;
    long acknowledgedWrites;
    long acknowledgedDeletes;
    long refusedRequests;
    long reads;
    long lists;
    long activations;
    long rebuilds;
    long lost;
    long doubled;
    final Map<Plan.FaultKind, Long> faults = new TreeMap<>();

    void fault(Plan.FaultKind kind) {
        faults.merge(kind, 1L, Long::sum);
    }

    void add(Tally other) {
        runs += other.runs;
        events += other.events;
        requests += other.requests;
        acknowledgedWrites += other.acknowledgedWrites;
        acknowledgedDeletes += other.acknowledgedDeletes;
        refusedRequests += other.refusedRequests;
        reads += other.reads;
        lists += other.lists;
        activations += other.activations;
        rebuilds += other.rebuilds;
        lost += other.lost;
        doubled += other.doubled;
        other.faults.forEach((kind, count) -> faults.merge(kind, count, Long::sum));
    }

    @Override
    public String toString() {
        return ("%,d runs, %,d events; %,d requests: %,d writes and %,d deletes acknowledged, %,d reads, %,d lists, "
                        + "%,d refused; %,d activations, %,d rebuilds; %,d messages lost, %,d doubled; faults %s")
                .formatted(
                        runs,
                        events,
                        requests,
                        acknowledgedWrites,
                        acknowledgedDeletes,
                        reads,
                        lists,
                        refusedRequests,
                        activations,
                        rebuilds,
                        lost,
                        doubled,
                        faults);
    }
}
