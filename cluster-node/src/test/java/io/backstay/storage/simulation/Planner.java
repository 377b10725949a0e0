package io.backstay.storage.simulation;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.storage.simulation.Plan.Fault;
import io.backstay.storage.simulation.Plan.FaultKind;
import io.backstay.storage.simulation.Plan.Request;
import io.backstay.storage.simulation.Plan.RequestKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Draws plans from seeds. */
final class Planner {
    /** What a run is mostly about; everything else happens too. */
    enum Flavour {
        MIXED,
        /** The journal is set back; either disks are harmed as well, or W changes with policy and nodes. */
        LOST_JOURNAL,
        /** Processes freeze for minutes while clients are slow. */
        FROZEN,
        /** Few keys are written and deleted all the time, over a network that delays, and with small clusters. */
        BUSY_KEYS
    }

    private static final int KEYS_EACH = 3;
    private static final ObjectType[] TYPES = {
        ObjectType.DATA, ObjectType.DATA, ObjectType.INDEX, ObjectType.LOCKS, ObjectType.LOCKS, ObjectType.SNAPSHOTS
    };

    private final SplittableRandom random;
    private final Flavour flavour;
    private final boolean calm;
    private final boolean harming;
    private final long roundMillis;

    private Planner(SplittableRandom random, Flavour flavour) {
        this.random = random;
        this.flavour = flavour;
        this.calm = random.nextInt(10) == 0;
        this.harming = flavour == Flavour.LOST_JOURNAL && random.nextBoolean();
        this.roundMillis =
                random.nextLong(15_000, flavour == Flavour.FROZEN || random.nextInt(5) == 0 ? 240_000 : 60_000);
    }

    /** The plan of a seed, of whatever flavour comes out. */
    static Plan plan(long seed) {
        int flavour = pick(new SplittableRandom(~seed), 55, 15, 15, 15);
        return plan(seed, Flavour.values()[flavour]);
    }

    static Plan plan(long seed, Flavour flavour) {
        SplittableRandom random = new SplittableRandom(seed);
        return new Planner(random, flavour).draw(seed);
    }

    private Plan draw(long seed) {
        int hosts = 1 + pick(random, 4, 16, 50, 20, 10);
        int admitted = random.nextInt(5) == 0 ? 1 + random.nextInt(hosts) : hosts;
        int replicas = 1 + pick(random, 5, 15, 65, 5, 10);
        int rounds = random.nextInt(4) == 0 ? 2 : 1;
        double losing = calm ? 0 : random.nextDouble(0.08);
        double doubling = calm ? 0 : random.nextDouble(0.06);
        double slow = calm ? 0 : random.nextDouble(flavour == Flavour.BUSY_KEYS ? 0.35 : 0.2);
        long slowest = random.nextInt(3) == 0 || flavour == Flavour.BUSY_KEYS ? 9_000 : 400;
        List<Request> requests = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (int client = 0; client < Plan.CLIENTS; client++) {
                requests(round, client, requests);
            }
            faults(round, faults);
        }
        return new Plan(
                seed,
                hosts,
                admitted,
                replicas,
                rounds,
                roundMillis,
                losing,
                doubling,
                slow,
                slowest,
                flavour == Flavour.LOST_JOURNAL,
                List.copyOf(requests),
                List.copyOf(faults));
    }

    private static int pick(SplittableRandom random, int... weights) {
        int sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        int drawn = random.nextInt(sum);
        for (int i = 0; i < weights.length; i++) {
            drawn -= weights[i];
            if (drawn < 0) {
                return i;
            }
        }
        return weights.length - 1;
    }

    private void requests(int round, int client, List<Request> requests) {
        boolean busy = flavour == Flavour.BUSY_KEYS;
        int count = (busy ? 10 : 4) + random.nextInt(14);
        long pace = 1 + 2 * roundMillis / count;
        for (int i = 0; i < count; i++) {
            int owner = random.nextInt(6) == 0 ? random.nextInt(Plan.CLIENTS) : client;
            ObjectKey key =
                    random.nextInt(25) == 0 ? ObjectKey.config() : key(owner, random.nextInt(busy ? 1 : KEYS_EACH));
            long pause = random.nextInt(3) == 0 ? random.nextLong(300) : random.nextLong(pace);
            boolean slowBody = random.nextInt(flavour == Flavour.FROZEN ? 4 : 20) == 0;
            long body = slowBody ? random.nextLong(150_000) : random.nextLong(1, 600);
            RequestKind kind = RequestKind.values()[pick(random, 45, busy ? 40 : 22, 18, 15)];
            Sha256 content = key.contentHash().orElseGet(() -> new Sha256(77, random.nextInt(3), 0, 0));
            requests.add(new Request(round, client, pause, kind, key, content, body));
            if (kind == RequestKind.POST && key.type() == ObjectType.LOCKS) {
                requests.add(new Request(round, client, 200, RequestKind.LIST, key, content, 1));
            }
        }
    }

    private static ObjectKey key(int client, int number) {
        int index = client * KEYS_EACH + number;
        ObjectType type = TYPES[index % TYPES.length];
        return new ObjectKey(type, new Sha256(index * 0x9e3779b97f4a7c15L, index + 1, 0, 0));
    }

    private void faults(int round, List<Fault> faults) {
        int count = calm ? random.nextInt(2) : 1 + random.nextInt(9);
        List<Fault> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FaultKind kind = FaultKind.values()[pick(random, 20, 16, 10, 7, 5, 18, 7, 4, 8, 5, 2)];
            if (flavour == Flavour.FROZEN && random.nextBoolean()) {
                kind = FaultKind.PAUSE;
            }
            drawn.add(fault(round, kind, duration()));
        }
        if (flavour == Flavour.LOST_JOURNAL) {
            if (harming) {
                drawn.removeIf(fault -> fault.kind() == FaultKind.NODE_IS_ADMITTED);
            } else {
                drawn.removeIf(fault -> harmsDisks(fault.kind()));
                for (int i = random.nextInt(3); i > 0; i--) {
                    drawn.add(fault(round, FaultKind.POLICY_CHANGES, 0));
                }
            }
            drawn.add(fault(round, FaultKind.JOURNAL_IS_SET_BACK, random.nextLong(500, 5_000)));
        }
        drawn.sort(Comparator.comparingLong(Fault::atMillis));
        faults.addAll(drawn);
    }

    private long duration() {
        int kind = random.nextInt(16) - (flavour == Flavour.FROZEN ? 4 : 0);
        if (kind <= 0) {
            return random.nextLong(60_000, 200_000);
        }
        return kind <= 3 ? random.nextLong(60_000) : random.nextLong(200, 12_000);
    }

    private Fault fault(int round, FaultKind kind, long durationMillis) {
        return new Fault(
                round,
                random.nextLong(roundMillis),
                kind,
                random.nextInt(1 << 20),
                random.nextInt(1 << 20),
                durationMillis);
    }

    private static boolean harmsDisks(FaultKind kind) {
        return kind == FaultKind.COPY_IS_DAMAGED || kind == FaultKind.DISK_IS_LOST || kind == FaultKind.NOTE_IS_TORN;
    }
}
