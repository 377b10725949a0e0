package io.backstay.node.config;

import io.backstay.cluster.identity.JoinToken;
import io.backstay.cluster.journal.JournalSettings;
import io.backstay.cluster.membership.ClusterSettings;
import io.backstay.cluster.membership.HostPort;
import io.backstay.manager.command.Password;
import io.backstay.model.BackstayException;
import io.backstay.model.NodeName;
import io.backstay.model.Role;
import io.backstay.model.UserName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a node's configuration from a file and the environment. */
public final class ConfigurationReader {
    private static final int MAX_SECRET_FILE_BYTES = 4096;

    private final List<String> problems = new ArrayList<>();
    private final Values values;

    private ConfigurationReader(Optional<Path> file, Map<String, String> environment) {
        this.values = Values.read(file, environment, problems);
    }

    /**
     * Reads and checks everything.
     *
     * @param file HOCON
     * @param environment all variables of the process
     * @throws ConfigurationException with all problems
     */
    public static NodeConfiguration read(Optional<Path> file, Map<String, String> environment)
            throws ConfigurationException {
        ConfigurationReader reader = new ConfigurationReader(file, environment);
        reader.values.refuseUnknown(Keys.all());
        NodeConfiguration configuration = reader.configuration();
        if (!reader.problems.isEmpty()) {
            // A key that is read twice is reported once.
            throw new ConfigurationException(reader.problems.stream().distinct().toList());
        }
        return configuration;
    }

    private NodeConfiguration configuration() {
        Set<Role> roles = roles();
        String host = value(Keys.CLUSTER_HOST).orElseGet(this::ownHost);
        int httpPort = value(Keys.HTTP_PORT).orElse(8420);
        int internalPort = value(Keys.INTERNAL_PORT).orElse(8421);
        ClusterSettings cluster = cluster(host);
        return new NodeConfiguration(
                name(),
                value(Keys.NODE_DATA).orElse(Path.of("data")).toAbsolutePath().normalize(),
                roles,
                value(Keys.NODE_ZONE).orElse(""),
                new NodeConfiguration.Http(
                        value(Keys.HTTP_HOST).orElse("0.0.0.0"),
                        httpPort,
                        value(Keys.HTTP_ADVERTISED)
                                .map(Object::toString)
                                .orElse("http://" + new HostPort(host, httpPort)),
                        new NodeConfiguration.HttpLimits(
                                value(Keys.HTTP_HEAD_WITHIN).orElse(Duration.ofSeconds(30)),
                                value(Keys.HTTP_IDLE).orElse(Duration.ofMinutes(2)),
                                value(Keys.HTTP_SLOWEST).orElse(1024L),
                                value(Keys.HTTP_CONNECTIONS).orElse(2000),
                                value(Keys.HTTP_UPLOADS_PER_USER).orElse(24))),
                new NodeConfiguration.Internal(
                        value(Keys.INTERNAL_HOST).orElse("0.0.0.0"),
                        internalPort,
                        "http://" + new HostPort(host, internalPort)),
                new NodeConfiguration.Storage(
                        value(Keys.STORAGE_PARTIAL_LISTS).orElse(false),
                        value(Keys.STORAGE_SCRUB_PERIOD).orElse(Duration.ofDays(7)),
                        value(Keys.STORAGE_SCRUB_RATE).orElse(32L << 20)),
                cluster,
                joining(cluster.found(), roles),
                journal(roles),
                redis(),
                new NodeConfiguration.Admin(value(Keys.ADMIN_NAME).orElse(new UserName("admin")), adminPassword()));
    }

    private Optional<Secret> adminPassword() {
        Optional<Secret> password = secret(Keys.ADMIN_PASSWORD, Keys.ADMIN_PASSWORD_FILE);
        password.flatMap(given -> new Password(given.reveal()).weakness())
                .ifPresent(why -> problems.add("%s is not usable: %s".formatted(Keys.ADMIN_PASSWORD.name(), why)));
        return password;
    }

    private NodeName name() {
        return value(Keys.NODE_NAME).orElseGet(() -> {
            String host = hostName().toLowerCase(Locale.ROOT);
            try {
                return new NodeName(host);
            } catch (BackstayException e) {
                problems.add("%s is not given, and the host name '%s' does not serve: expected %s"
                        .formatted(
                                Keys.NODE_NAME.name(),
                                host,
                                Keys.NODE_NAME.type().expected()));
                return new NodeName("node");
            }
        });
    }

    private String ownHost() {
        String host = hostName();
        try {
            return Keys.CLUSTER_HOST.type().parse().apply(host);
        } catch (IllegalArgumentException e) {
            problems.add("%s is not given, and the host name '%s' does not serve: expected %s"
                    .formatted(
                            Keys.CLUSTER_HOST.name(),
                            host,
                            Keys.CLUSTER_HOST.type().expected()));
            return "localhost";
        }
    }

    private Set<Role> roles() {
        List<Role> given = values(Keys.NODE_ROLES);
        if (given.isEmpty()) {
            if (values.given(Keys.NODE_ROLES).isPresent()
                    && problems.stream().noneMatch(p -> p.startsWith(Keys.NODE_ROLES.name()))) {
                problems.add("%s is empty: expected at least one of %s"
                        .formatted(
                                Keys.NODE_ROLES.name(), Keys.NODE_ROLES.type().expected()));
            }
            return EnumSet.allOf(Role.class);
        }
        return EnumSet.copyOf(given);
    }

    private ClusterSettings cluster(String host) {
        HostPort management = new HostPort(
                value(Keys.MANAGEMENT_HOST).orElse(host),
                value(Keys.MANAGEMENT_PORT).orElse(8423));
        boolean found = value(Keys.CLUSTER_FOUND).orElse(false);
        List<HostPort> contactPoints = values(Keys.CLUSTER_CONTACT_POINTS);
        if (contactPoints.isEmpty()) {
            if (!found) {
                problems.add("%s is missing: a node that does not found needs %s of the founders"
                        .formatted(
                                Keys.CLUSTER_CONTACT_POINTS.name(),
                                Keys.CLUSTER_CONTACT_POINTS.type().expected()));
            }
            contactPoints = List.of(management);
        } else if (found && !contactPoints.contains(management)) {
            problems.add("%s does not list %s: a founder must be listed as management.host and management.port have it"
                    .formatted(Keys.CLUSTER_CONTACT_POINTS.name(), management));
        }
        int required = value(Keys.CLUSTER_REQUIRED_CONTACT_POINTS).orElse(contactPoints.size() / 2 + 1);
        if (required > contactPoints.size()) {
            problems.add("%s is %d, but there are %d contact points"
                    .formatted(Keys.CLUSTER_REQUIRED_CONTACT_POINTS.name(), required, contactPoints.size()));
        } else if (found && required <= contactPoints.size() / 2) {
            problems.add("%s is %d of %d contact points: two clusters could form, it must be more than half of them"
                    .formatted(Keys.CLUSTER_REQUIRED_CONTACT_POINTS.name(), required, contactPoints.size()));
        }
        return new ClusterSettings(
                new HostPort(host, value(Keys.CLUSTER_PORT).orElse(8422)),
                management,
                contactPoints,
                required,
                found,
                value(Keys.CLUSTER_FAILOVER).orElse(ClusterSettings.Failover.STEADY));
    }

    private NodeConfiguration.Joining joining(boolean found, Set<Role> roles) {
        Optional<Path> authority = value(Keys.CLUSTER_AUTHORITY);
        if (found && authority.isEmpty()) {
            problems.add("%s is missing: a founder needs the folder that 'backstay cluster init' made"
                    .formatted(Keys.CLUSTER_AUTHORITY.name()));
        }
        Optional<Path> masterKey = value(Keys.CLUSTER_MASTER_KEY_FILE)
                .or(() -> authority.map(folder -> folder.resolve("master.key")).filter(Files::exists));
        if (masterKey.isEmpty() && roles.contains(Role.CLUSTER_MANAGER)) {
            problems.add("%s is missing: a node with the role cluster-manager needs the master key"
                    .formatted(Keys.CLUSTER_MASTER_KEY_FILE.name()));
        }
        Optional<JoinToken> token = secret(Keys.CLUSTER_JOIN_TOKEN, Keys.CLUSTER_JOIN_TOKEN_FILE)
                .flatMap(text -> {
                    try {
                        return Optional.of(new JoinToken(text.reveal()));
                    } catch (BackstayException e) {
                        problems.add("%s: %s".formatted(Keys.CLUSTER_JOIN_TOKEN.name(), e.getMessage()));
                        return Optional.empty();
                    }
                });
        return new NodeConfiguration.Joining(authority, masterKey, token, values(Keys.CLUSTER_JOIN_ADDRESSES));
    }

    private Optional<JournalSettings> journal(Set<Role> roles) {
        Optional<String> url = value(Keys.POSTGRES_URL);
        String user = value(Keys.POSTGRES_USER).orElse("backstay");
        Optional<Secret> password = secret(Keys.POSTGRES_PASSWORD, Keys.POSTGRES_PASSWORD_FILE);
        int connections = value(Keys.POSTGRES_CONNECTIONS).orElse(8);
        if (url.isEmpty() && (roles.contains(Role.CLUSTER_MANAGER) || roles.contains(Role.BACKUP_STORAGE))) {
            if (values.given(Keys.POSTGRES_URL).isEmpty()) {
                problems.add("%s is missing: the roles cluster-manager and backup-storage need %s"
                        .formatted(
                                Keys.POSTGRES_URL.name(),
                                Keys.POSTGRES_URL.type().expected()));
            }
        }
        return url.map(address ->
                new JournalSettings(address, user, password.map(Secret::reveal).orElse(""), connections));
    }

    private Optional<NodeConfiguration.Redis> redis() {
        Optional<Secret> password = secret(Keys.REDIS_PASSWORD, Keys.REDIS_PASSWORD_FILE);
        return value(Keys.REDIS_URL).map(url -> new NodeConfiguration.Redis(url, password));
    }

    private Optional<Secret> secret(Key<String> direct, Key<Path> inFile) {
        Optional<String> text = value(direct);
        Optional<Path> file = value(inFile);
        if (text.isPresent() && file.isPresent()) {
            problems.add("%s and %s are both given: expected one of them".formatted(direct.name(), inFile.name()));
        }
        if (text.isPresent() || file.isEmpty()) {
            return text.map(Secret::new);
        }
        try (var in = Files.newInputStream(file.get())) {
            String content = new String(in.readNBytes(MAX_SECRET_FILE_BYTES), StandardCharsets.UTF_8).strip();
            if (content.isEmpty()) {
                problems.add("%s: %s is empty".formatted(inFile.name(), file.get()));
                return Optional.empty();
            }
            return Optional.of(new Secret(content));
        } catch (IOException e) {
            problems.add("%s: %s cannot be read (%s)"
                    .formatted(inFile.name(), file.get(), e.getClass().getSimpleName()));
            return Optional.empty();
        }
    }

    private <T> Optional<T> value(Key<T> key) {
        return values(key).stream().findFirst();
    }

    private <T> List<T> values(Key<T> key) {
        Optional<Values.Given> given = values.given(key);
        if (given.isEmpty()) {
            return List.of();
        }
        List<T> parsed = new ArrayList<>();
        for (String text : given.get().texts()) {
            try {
                parsed.add(key.type().parse().apply(text));
            } catch (RuntimeException e) {
                problems.add("%s (%s) is %s: expected %s"
                        .formatted(
                                key.name(),
                                given.get().origin(),
                                key.secret() || text.contains("@") || text.contains("password")
                                        ? "not usable"
                                        : "'" + text + "'",
                                key.type().expected()));
            }
        }
        return parsed;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
