package io.backstay.node.config;

import io.backstay.cluster.membership.ClusterSettings;
import io.backstay.cluster.membership.HostPort;
import io.backstay.model.NodeName;
import io.backstay.model.Role;
import io.backstay.model.UserName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every key of a node's configuration. {@code backstay node --help-config} prints this list. */
final class Keys {
    private static final List<Key<?>> ALL = new ArrayList<>();

    static final Key<NodeName> NODE_NAME = key(
            "node.name",
            Types.NODE_NAME,
            "the machine's host name",
            "The node's name as people see it, unique in the cluster.");
    static final Key<Path> NODE_DATA = key(
            "node.data",
            Types.PATH,
            "./data",
            "The node's folder. It writes nowhere else; whoever holds it is the node.");
    static final Key<Role> NODE_ROLES = list(
            "node.roles",
            Types.ROLE,
            "cluster-manager, backup-manager, backup-storage",
            "What the node is: any of cluster-manager, backup-manager, backup-storage.");
    static final Key<String> NODE_ZONE =
            key("node.zone", Types.ZONE, "", "The failure zone, such as a rack; replicas are spread over zones.");

    static final Key<String> HTTP_HOST =
            key("http.host", Types.HOST, "0.0.0.0", "The address that the door for users and restic listens on.");
    static final Key<Integer> HTTP_PORT = key("http.port", Types.PORT, "8420", "Its port.");
    static final Key<URI> HTTP_ADVERTISED = key(
            "http.advertised",
            Types.HTTP,
            "http://<cluster.host>:<http.port>",
            "Where users and other nodes reach it, where that differs (a proxy, a container).");

    static final Key<Duration> HTTP_HEAD_WITHIN = key(
            "http.head-within",
            Types.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "30s",
            "A client is given this long from its connection, and from a request's first byte, until the headers are"
                    + " whole.");
    static final Key<Duration> HTTP_IDLE = key(
            "http.idle",
            Types.duration(Duration.ofMillis(100), Duration.ofHours(1)),
            "2m",
            "A connection without a request is kept this long. A client that sends or reads more slowly than"
                + " http.slowest may fall behind by as much, then its connection ends: an outage of the line that is"
                + " shorter does no harm.");
    static final Key<Long> HTTP_SLOWEST = key(
            "http.slowest",
            Types.size(1, 1L << 30),
            "1KiB",
            "The bytes a second that an upload or a download must have on the whole while the node waits for the"
                    + " client.");
    static final Key<Integer> HTTP_CONNECTIONS = key(
            "http.connections",
            Types.number("a number from 8 to 100000", 8, 100_000),
            "2000",
            "The most connections of clients at once. Beyond them the one ends that has had no request for longest.");
    static final Key<Integer> HTTP_UPLOADS_PER_USER = key(
            "http.uploads-per-user",
            Types.number("a number from 1 to 128", 1, 128),
            "24",
            "So many uploads of one user are read at once at this node, whatever their credentials. 256 more wait"
                + " unread, for a minute at most; those beyond are refused with 503. A storage node has places for 128"
                + " uploads of all users.");

    static final Key<String> INTERNAL_HOST =
            key("internal.host", Types.HOST, "0.0.0.0", "The address that node-to-node transfer listens on.");
    static final Key<Integer> INTERNAL_PORT = key("internal.port", Types.PORT, "8421", "Its port.");

    static final Key<Duration> STORAGE_SCRUB_PERIOD = key(
            "storage.scrub-period",
            Types.duration(Duration.ofSeconds(1), Duration.ofDays(365)),
            "7d",
            "Every file on this node's disk is read once within this time and compared with its checksums, to find"
                    + " damage that nobody would meet. It is repaired from the other copies.");
    static final Key<Long> STORAGE_SCRUB_RATE = key(
            "storage.scrub-rate",
            Types.size(1 << 20, 1L << 34),
            "32MiB",
            "The most bytes a second that this reads. Where that does not suffice for the whole disk it takes longer"
                    + " than storage.scrub-period.");
    static final Key<Boolean> STORAGE_PARTIAL_LISTS = key(
            "storage.partial-lists",
            Types.SWITCH,
            "false",
            "Whether this node lists a repository's objects although so many storage nodes are away that some may be"
                    + " missing. For getting back what is left where nodes are lost for good; never for clients that"
                    + " prune.");

    static final Key<String> CLUSTER_HOST = key(
            "cluster.host",
            Types.HOST,
            "the machine's host name",
            "The name or address by which other nodes reach this one; its actor system listens there.");
    static final Key<Integer> CLUSTER_PORT = key(
            "cluster.port", Types.PORT, "8422", "The port of the actor system (TLS with certificates of the cluster).");
    static final Key<HostPort> CLUSTER_CONTACT_POINTS = list(
            "cluster.contact-points",
            Types.HOST_PORT,
            "this node itself, where it may found",
            "Management addresses (host:port) of the founding nodes, the same on every node; the cluster is looked for"
                    + " there.");
    static final Key<Integer> CLUSTER_REQUIRED_CONTACT_POINTS = key(
            "cluster.required-contact-points",
            Types.number("a number from 1 to 1000", 1, 1000),
            "the majority of the contact points",
            "So many contact points must answer before founders form a new cluster, and so many founders must a"
                    + " cluster have to take nodes up; more than half, or two clusters could form. Every contact point"
                    + " needs cluster.found = true.");
    static final Key<Boolean> CLUSTER_FOUND = key(
            "cluster.found",
            Types.SWITCH,
            "false",
            "Whether this node may form a new cluster and gives itself its certificate at its first start.");
    static final Key<ClusterSettings.Failover> CLUSTER_FAILOVER = key(
            "cluster.failover",
            Types.FAILOVER,
            "steady",
            "How soon a silent node counts as dead, the same on all nodes: steady bears pauses of 3 s, quick of 1 s and"
                    + " has a new manager in half the time.");
    static final Key<Path> CLUSTER_AUTHORITY =
            key("cluster.authority", Types.PATH, "", "The folder that 'backstay cluster init' made; founders need it.");
    static final Key<Path> CLUSTER_MASTER_KEY_FILE = key(
            "cluster.master-key-file",
            Types.PATH,
            "master.key in the folder cluster.authority",
            "The file with the master key; needed with the role cluster-manager.");
    static final Key<String> CLUSTER_JOIN_TOKEN =
            secret("cluster.join-token", "The token that lets this node in, where it is not a founder.");
    static final Key<Path> CLUSTER_JOIN_TOKEN_FILE =
            key("cluster.join-token-file", Types.PATH, "", "A file with the join token.");
    static final Key<URI> CLUSTER_JOIN_ADDRESSES = list(
            "cluster.join-addresses",
            Types.HTTP,
            "",
            "HTTP addresses of members, any of which is asked to let this node in at its first start.");

    static final Key<String> MANAGEMENT_HOST = key(
            "management.host",
            Types.HOST,
            "<cluster.host>",
            "Where Pekko Management listens and other nodes probe it; must be written as in cluster.contact-points.");
    static final Key<Integer> MANAGEMENT_PORT = key(
            "management.port",
            Types.PORT,
            "8423",
            "Its port: /ready, /alive, /cluster/members; read-only, no authentication.");

    static final Key<String> POSTGRES_URL = key(
            "postgres.url",
            Types.JDBC,
            "",
            "The database of the journal; needed with the roles cluster-manager and backup-storage.");
    static final Key<String> POSTGRES_USER = key("postgres.user", Types.TEXT, "backstay", "The database's user.");
    static final Key<String> POSTGRES_PASSWORD = secret("postgres.password", "The database user's password.");
    static final Key<Path> POSTGRES_PASSWORD_FILE =
            key("postgres.password-file", Types.PATH, "", "A file with the database user's password.");
    static final Key<Integer> POSTGRES_CONNECTIONS = key(
            "postgres.connections",
            Types.number("a number from 2 to 100", 2, 100),
            "8",
            "The most connections that this node opens to the database.");

    static final Key<URI> REDIS_URL = key(
            "redis.url", Types.REDIS, "", "The mirror of the manager's state; without it there is no mirror in Redis.");
    static final Key<String> REDIS_PASSWORD = secret("redis.password", "The password of Redis.");
    static final Key<Path> REDIS_PASSWORD_FILE =
            key("redis.password-file", Types.PATH, "", "A file with the password of Redis.");

    static final Key<UserName> ADMIN_NAME =
            key("admin.name", Types.USER_NAME, "admin", "The first admin's name, used once, when the cluster begins.");
    static final Key<String> ADMIN_PASSWORD =
            secret("admin.password", "The first admin's password; generated and logged once where none is given.");
    static final Key<Path> ADMIN_PASSWORD_FILE =
            key("admin.password-file", Types.PATH, "", "A file with the first admin's password.");

    private Keys() {}

    /** All keys, in the order of the reference. */
    static List<Key<?>> all() {
        return List.copyOf(ALL);
    }

    private static <T> Key<T> key(String path, Key.Type<T> type, String fallback, String description) {
        return added(new Key<>(path, type, fallback, false, false, description));
    }

    private static <T> Key<T> list(String path, Key.Type<T> type, String fallback, String description) {
        return added(new Key<>(path, type, fallback, true, false, description));
    }

    private static Key<String> secret(String path, String description) {
        return added(new Key<>(path, Types.TEXT, "", false, true, description));
    }

    private static <T> Key<T> added(Key<T> key) {
        ALL.add(key);
        return key;
    }
}
