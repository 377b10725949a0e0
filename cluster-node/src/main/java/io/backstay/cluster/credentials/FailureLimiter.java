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
 * Makes guessing slow: so many failed sign-ins are free, by user name and by address, then one more in each interval. An
 * IPv6 address counts by its /64 network. It remembers a bounded number of names and addresses, forgetting the one that
 * failed longest ago. Safe for use by many threads.
 */
public final class FailureLimiter {
    private final Clock clock;
    private final Limit byUser;
    private final Limit byAddress;
    private final Map<String, Instant> users;
    private final Map<String, Instant> addresses;

    /**
     * How many failures are free, and the interval in which one of them is forgotten.
     *
     * @param free at least 1
     */
    public record Limit(int free, Duration interval) {
        /** For one user name, whoever tries it: 20, then one in 15 seconds. */
        public static final Limit OF_USER = new Limit(20, Duration.ofSeconds(15));
        /** For one address, whomever it tries: 10, then one in 10 seconds. */
        public static final Limit OF_ADDRESS = new Limit(10, Duration.ofSeconds(10));
    }

    /**
     * A limiter that has seen nothing.
     *
     * @param remembered how many names and how many addresses at most
     */
    public FailureLimiter(Limit byUser, Limit byAddress, int remembered, Clock clock) {
        this.byUser = byUser;
        this.byAddress = byAddress;
        this.clock = clock;
        this.users = bounded(remembered);
        this.addresses = bounded(remembered);
    }

    /** How long to refuse an attempt before even looking at it; none where it may be looked at. */
    public synchronized Optional<Duration> wait(UserName user, InetAddress address) {
        Duration wait = longer(wait(users, user.value(), byUser), wait(addresses, key(address), byAddress));
        return wait.isPositive() ? Optional.of(wait) : Optional.empty();
    }

    /** The same for an attempt with a name that no user can have. */
    public synchronized Optional<Duration> wait(InetAddress address) {
        Duration wait = wait(addresses, key(address), byAddress);
        return wait.isPositive() ? Optional.of(wait) : Optional.empty();
    }

    /** Counts a failed attempt with a name that no user can have. */
    public synchronized void failed(InetAddress address) {
        count(addresses, key(address), byAddress);
    }

    /** Counts a failed attempt. */
    public synchronized void failed(UserName user, InetAddress address) {
        count(users, user.value(), byUser);
        count(addresses, key(address), byAddress);
    }

    /** Forgets the user's failures after a success; the address's stay, since it may be trying others too. */
    public synchronized void succeeded(UserName user) {
        users.remove(user.value());
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
