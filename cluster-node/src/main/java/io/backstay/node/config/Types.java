package io.backstay.node.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.backstay.cluster.membership.ClusterSettings;
import io.backstay.cluster.membership.HostPort;
import io.backstay.model.NodeName;
import io.backstay.model.Role;
import io.backstay.model.UserName;
import java.net.URI;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** The kinds of values that keys take. */
final class Types {
    static final Key.Type<String> TEXT = new Key.Type<>("a text", text -> text);
    static final Key.Type<Path> PATH = new Key.Type<>("a path", Path::of);
    static final Key.Type<Boolean> SWITCH = new Key.Type<>("true or false", Types::bool);
    static final Key.Type<Integer> PORT = number("a port from 1 to 65535", 1, 65_535);
    static final Key.Type<String> HOST = new Key.Type<>("a host name or an IP address", Types::host);
    static final Key.Type<HostPort> HOST_PORT = new Key.Type<>("host:port", Types::hostPort);
    static final Key.Type<URI> HTTP = new Key.Type<>("an address such as http://host:8420", Types::http);
    static final Key.Type<String> JDBC =
            new Key.Type<>("an address such as jdbc:postgresql://host:5432/backstay, without a password", Types::jdbc);
    static final Key.Type<URI> REDIS = new Key.Type<>(
            "an address such as redis://host:6379 or redis://host:6379/2, without a password", Types::redis);
    static final Key.Type<ClusterSettings.Failover> FAILOVER = new Key.Type<>("steady or quick", Types::failover);
    static final Key.Type<Role> ROLE = new Key.Type<>("cluster-manager, backup-manager or backup-storage", Types::role);
    static final Key.Type<NodeName> NODE_NAME = new Key.Type<>(
            "1 to 63 characters of a-z, 0-9, dot and hyphen, beginning and ending with a letter or digit",
            NodeName::new);
    static final Key.Type<UserName> USER_NAME =
            new Key.Type<>("1 to 64 characters of a-z, 0-9, dot, underscore, at and hyphen", UserName::new);
    static final Key.Type<String> ZONE = new Key.Type<>("at most 63 printable characters", Types::zone);

    /** No underscore: addresses with one are no URIs, and neither nodes nor the manager take them. */
    private static final Pattern HOST_FORM = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-fA-F:.]+");

    private static final Pattern REDIS_DATABASE = Pattern.compile("(/[0-9]{0,4})?");
    private static final int MAX_HOST_CHARS = 253;
    private static final int MAX_ZONE_CHARS = 63;

    private Types() {}

    static Key.Type<Integer> number(String expected, int least, int most) {
        return new Key.Type<>(expected, text -> {
            int number = Integer.parseInt(text);
            require(number >= least && number <= most);
            return number;
        });
    }

    static Key.Type<Duration> duration(Duration least, Duration most) {
        return new Key.Type<>("a time such as 30s or 5m, from %s to %s".formatted(print(least), print(most)), text -> {
            Duration value = scalar(text).getDuration("value");
            require(value.compareTo(least) >= 0 && value.compareTo(most) <= 0);
            return value;
        });
    }

    static Key.Type<Long> size(long leastBytes, long mostBytes) {
        return new Key.Type<>("a size such as 16MiB, from %d to %d bytes".formatted(leastBytes, mostBytes), text -> {
            long value = scalar(text).getBytes("value");
            require(value >= leastBytes && value <= mostBytes);
            return value;
        });
    }

    private static ClusterSettings.Failover failover(String text) {
        for (ClusterSettings.Failover failover : ClusterSettings.Failover.values()) {
            if (failover.name().toLowerCase(Locale.ROOT).equals(text)) {
                return failover;
            }
        }
        throw new IllegalArgumentException(text);
    }

    private static com.typesafe.config.Config scalar(String text) {
        try {
            var config = ConfigValueFactory.fromAnyRef(text).atKey("value");
            return ConfigFactory.empty().withFallback(config);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String print(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private static boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new IllegalArgumentException();
        };
    }

    private static String host(String text) {
        require(text.length() <= MAX_HOST_CHARS && HOST_FORM.matcher(text).matches());
        return text;
    }

    private static HostPort hostPort(String text) {
        int colon = text.lastIndexOf(':');
        require(colon > 0);
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new HostPort(host(host), PORT.parse().apply(text.substring(colon + 1)));
    }

    private static URI http(String text) {
        URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        String scheme = String.valueOf(uri.getScheme());
        require((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null && uri.getQuery() == null);
        return uri;
    }

    private static String jdbc(String text) {
        require(text.startsWith("jdbc:postgresql:") && !text.contains("password="));
        try {
            DriverManager.getDriver(text);
        } catch (SQLException e) {
            throw new IllegalArgumentException(e);
        }
        return text;
    }

    private static URI redis(String text) {
        URI uri = URI.create(text);
        String scheme = String.valueOf(uri.getScheme());
        require((scheme.equals("redis") || scheme.equals("rediss")) && uri.getHost() != null);
        // A password there would not be used, but be printed.
        require(uri.getUserInfo() == null
                && REDIS_DATABASE.matcher(uri.getPath()).matches());
        return uri;
    }

    private static Role role(String text) {
        return Role.ofText(text).orElseThrow(IllegalArgumentException::new);
    }

    private static String zone(String text) {
        require(text.length() <= MAX_ZONE_CHARS && text.chars().allMatch(c -> c > ' ' && c < 127));
        return text;
    }

    private static void require(boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException();
        }
    }
}
