package io.backstay.cluster.credentials;

import io.backstay.model.UserName;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes guessing slow, without letting a guesser lock others out: so many failed sign-ins are free, by user and address
 * together, by address, and, far more, by user alone; then one more in each interval. The limit by user alone does not hold
 * for addresses from which that user has signed in. An IPv6 address counts by its /64 network. It remembers a bounded number
 * of each, forgetting the one that was used longest ago. Safe for use by many threads.
 */
public final class FailureLimiter {
    private final Clock clock;
    private final Limits limits;
    private final Map<String, Instant> pairs;
    private final Map<String, Instant> addresses;
    private final Map<String, Instant> users;
    /** Users with addresses where they are at home, with the time of their last success there. */
    private final Map<String, Instant> homes;

    /**
     * How many failures are free, and the interval in which one of them is forgotten.
     *
     * @param free at least 1
     */
    public record Limit(int free, Duration interval) {}

    /**
     * The three limits.
     *
     * @param byPair for one user from one address
     * @param byAddress for one address, whomever it tries
     * @param byUser for one user, wherever the attempts come from
     */
    public record Limits(Limit byPair, Limit byAddress, Limit byUser) {
        /** 10, then one in 30 s; 20, then one in 10 s; 1,000, then one in a second. */
        public static final Limits USUAL = new Limits(
                new Limit(10, Duration.ofSeconds(30)),
                new Limit(20, Duration.ofSeconds(10)),
                new Limit(1_000, Duration.ofSeconds(1)));
    }

    /**
     * A limiter that has seen nothing.
     *
     * @param remembered how many users, addresses and pairs at most
     */
    public FailureLimiter(Limits limits, int remembered, Clock clock) {
        this.limits = limits;
        this.clock = clock;
        this.pairs = bounded(remembered);
        this.addresses = bounded(remembered);
        this.users = bounded(remembered);
        this.homes = bounded(remembered);
    }

    /** How long to refuse an attempt before even looking at it; none where it may be looked at. */
    public synchronized Optional<Duration> wait(UserName user, InetAddress address) {
        String pair = pair(user, address);
        Duration own = longer(wait(pairs, pair, limits.byPair()), wait(addresses, key(address), limits.byAddress()));
        Duration wait = homes.get(pair) == null ? longer(own, wait(users, user.value(), limits.byUser())) : own;
        return wait.isPositive() ? Optional.of(wait) : Optional.empty();
    }

    /** The same for an attempt with a name that no user can have. */
    public synchronized Optional<Duration> wait(InetAddress address) {
        Duration wait = wait(addresses, key(address), limits.byAddress());
        return wait.isPositive() ? Optional.of(wait) : Optional.empty();
    }

    /** Counts a failed attempt with a name that no user can have. */
    public synchronized void failed(InetAddress address) {
        count(addresses, key(address), limits.byAddress());
    }

    /** Counts a failed attempt. */
    public synchronized void failed(UserName user, InetAddress address) {
        count(pairs, pair(user, address), limits.byPair());
        count(addresses, key(address), limits.byAddress());
        count(users, user.value(), limits.byUser());
    }

    /**
     * Forgets the user's failures from this address after a success; those of the address and of the user stay, since somebody
     * there may be trying others, and somebody elsewhere this one.
     */
    public synchronized void succeeded(UserName user, InetAddress address) {
        pairs.remove(pair(user, address));
        homes.put(pair(user, address), clock.instant());
    }

    // A generic cell rate algorithm: what is kept is the moment at which all failures are forgotten.

    private Duration wait(Map<String, Instant> cleared, String key, Limit limit) {
        Instant clear = cleared.get(key);
        if (clear == null) {
            return Duration.ZERO;
        }
        return Duration.between(clock.instant(), clear).minus(limit.interval().multipliedBy(limit.free() - 1L));
    }

    private void count(Map<String, Instant> cleared, String key, Limit limit) {
        Instant now = clock.instant();
        Instant clear = cleared.getOrDefault(key, now);
        Instant next = (clear.isAfter(now) ? clear : now).plus(limit.interval());
        // However many attempts were under way at once, the wait stays within the free ones and one more.
        Instant latest = now.plus(limit.interval().multipliedBy(limit.free() + 1L));
        cleared.put(key, next.isAfter(latest) ? latest : next);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static String pair(UserName user, InetAddress address) {
        return key(address) + ' ' + user.value();
    }

    private static String key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    }

    private static Map<String, Instant> bounded(int entries) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
                return size() > entries;
            }
        };
    }
}
