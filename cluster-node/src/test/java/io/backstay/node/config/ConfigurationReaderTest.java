package io.backstay.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backstay.cluster.membership.HostPort;
import io.backstay.model.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReaderTest {
    private static final String TOKEN = "bsj_" + "A".repeat(43) + "_" + "0".repeat(32);
    private static final String FOUNDER = """
        backstay {
          node { name = n1, data = /srv/backstay }
          cluster { host = node-1, found = true, authority = /etc/backstay, master-key-file = /etc/key
            contact-points = ["node-1:8423", "node-2:8423", "node-3:8423"] }
          postgres { url = "jdbc:postgresql://db/backstay", password = secret-1 }
        }
        """;

    @TempDir
    private Path folder;

    @Test
    void readsAFileAndCompletesIt() throws Exception {
        NodeConfiguration configuration = read(FOUNDER, Map.of());
        assertThat(configuration.name().value()).isEqualTo("n1");
        assertThat(configuration.roles()).containsExactlyInAnyOrder(Role.values());
        assertThat(configuration.http().advertised()).isEqualTo("http://node-1:8420");
        assertThat(configuration.internal().advertised()).isEqualTo("http://node-1:8421");
        assertThat(configuration.cluster().requiredContactPoints()).isEqualTo(2);
        assertThat(configuration.cluster().management()).isEqualTo(new HostPort("node-1", 8423));
        assertThat(configuration.journal().orElseThrow().password()).isEqualTo("secret-1");
        assertThat(configuration.admin().name().value()).isEqualTo("admin");
    }

    @Test
    void environmentWinsOverTheFile() throws Exception {
        NodeConfiguration configuration = read(
                FOUNDER,
                Map.of(
                        "BACKSTAY_HTTP_PORT", "9000",
                        "BACKSTAY_NODE_ROLES", "backup-storage, backup-manager",
                        "BACKSTAY_NODE_ZONE", "rack-7",
                        "PATH", "/bin"));
        assertThat(configuration.http().port()).isEqualTo(9000);
        assertThat(configuration.roles()).containsExactlyInAnyOrder(Role.BACKUP_STORAGE, Role.BACKUP_MANAGER);
        assertThat(configuration.zone()).isEqualTo("rack-7");
    }

    @Test
    void environmentAloneIsEnough() throws Exception {
        NodeConfiguration configuration = ConfigurationReader.read(
                Optional.empty(),
                Map.of(
                        "BACKSTAY_NODE_NAME", "n4",
                        "BACKSTAY_NODE_ROLES", "backup-manager",
                        "BACKSTAY_CLUSTER_HOST", "node-4",
                        "BACKSTAY_CLUSTER_CONTACT_POINTS", "node-1:8423,[::1]:8423",
                        "BACKSTAY_CLUSTER_JOIN_TOKEN", TOKEN,
                        "BACKSTAY_CLUSTER_JOIN_ADDRESSES", "http://node-1:8420,http://node-2:8420/"));
        assertThat(configuration.cluster().contactPoints())
                .containsExactly(new HostPort("node-1", 8423), new HostPort("::1", 8423));
        assertThat(configuration.joining().addresses()).hasToString("[http://node-1:8420, http://node-2:8420]");
        assertThat(configuration.journal()).isEmpty();
    }

    @Test
    void refusesFoundersOfWhichTwoGroupsCouldBegin() throws IOException {
        assertThat(problems("""
            backstay.cluster { found = true, required-contact-points = 2,
                contact-points = ["a:8423", "b:8423", "c:8423", "d:8423"] }
            """, Map.of()))
                .anySatisfy(p -> assertThat(p)
                        .contains("backstay.cluster.required-contact-points is 2 of 4", "more than half of them"));
    }

    @Test
    void reportsAllProblemsTogetherWithOriginAndExpectation() throws IOException {
        List<String> problems = problems("""
            backstay {
              node { name = "No Name", roles = [cluster-manager, coffee-maker] }
              http.port = 99999
              htpp.port = 1
              cluster { found = perhaps, contact-points = ["nowhere"] }
            }
            other.thing = 1
            """, Map.of("BACKSTAY_HTTP_PROT", "1", "BACKSTAY_MANAGEMENT_PORT", "many"));
        assertThat(problems)
                .anySatisfy(p -> assertThat(p).contains("backstay.node.name", "node.conf: 2", "'No Name'", "a-z"))
                .anySatisfy(p -> assertThat(p).contains("coffee-maker", "expected cluster-manager"))
                .anySatisfy(p -> assertThat(p).contains("backstay.http.port", "node.conf: 3", "'99999'", "65535"))
                .anySatisfy(p -> assertThat(p).contains("backstay.htpp", "no key"))
                .anySatisfy(p -> assertThat(p).contains("backstay.cluster.found", "true or false"))
                .anySatisfy(p -> assertThat(p).contains("'nowhere'", "host:port"))
                .anySatisfy(p -> assertThat(p).contains("other", "no key"))
                .anySatisfy(p -> assertThat(p).contains("BACKSTAY_HTTP_PROT", "did you mean BACKSTAY_HTTP_PORT?"))
                .anySatisfy(p -> assertThat(p).contains("BACKSTAY_MANAGEMENT_PORT", "'many'"))
                .anySatisfy(p -> assertThat(p).contains("backstay.postgres.url is missing"))
                .anySatisfy(p -> assertThat(p).contains("backstay.cluster.master-key-file is missing"));
        assertThat(problems).doesNotHaveDuplicates();
    }

    @Test
    void founderMustBeAContactPoint() throws IOException {
        assertThat(problems(FOUNDER.replace("host = node-1", "host = node-9"), Map.of()))
                .anySatisfy(p -> assertThat(p).contains("does not list node-9:8423"));
    }

    @Test
    void secretsComeFromFilesAndAreNeverPrinted() throws Exception {
        Path password = folder.resolve("password");
        Files.writeString(password, "open sesame\n");
        NodeConfiguration configuration = read(
                FOUNDER,
                Map.of(
                        "BACKSTAY_ADMIN_PASSWORD_FILE",
                        password.toString(),
                        "BACKSTAY_REDIS_URL",
                        "redis://r:6379",
                        "BACKSTAY_REDIS_PASSWORD",
                        "secret-2"));
        assertThat(configuration.admin().password()).contains(new Secret("open sesame"));
        assertThat(configuration.toString()).doesNotContain("sesame", "secret-1", "secret-2");
    }

    @Test
    void secretsAreNotPrintedInProblemsEither() throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("BACKSTAY_CLUSTER_JOIN_TOKEN", "not-a-token-but-secret");
        environment.put("BACKSTAY_ADMIN_PASSWORD", "one-secret");
        environment.put(
                "BACKSTAY_ADMIN_PASSWORD_FILE", folder.resolve("missing").toString());
        assertThat(problems(FOUNDER, environment))
                .anySatisfy(p -> assertThat(p).contains("backstay.cluster.join-token"))
                .anySatisfy(p -> assertThat(p).contains("both given"))
                .noneSatisfy(p -> assertThat(p).contains("secret"));
    }

    @Test
    void aPasswordInsideOfAnAddressIsRefusedAndNotPrinted() throws IOException {
        assertThat(problems(
                        FOUNDER.replace("jdbc:postgresql://db/backstay", "jdbc:postgresql://db/b?password=hush"),
                        Map.of("BACKSTAY_REDIS_URL", "redis://:hush@r:6379")))
                .anySatisfy(p -> assertThat(p).contains("backstay.postgres.url", "without a password"))
                .anySatisfy(p -> assertThat(p).contains("backstay.redis.url", "without a password"))
                .noneSatisfy(p -> assertThat(p).contains("hush"));
    }

    @Test
    void whatTheManagerOrTheDriversWouldRefuseForEverIsAProblemAtOnce() throws IOException {
        assertThat(problems(
                        FOUNDER.replace("jdbc:postgresql://db/backstay", "jdbc:postgresql://db:many/backstay"),
                        Map.of(
                                "BACKSTAY_CLUSTER_HOST", "node_1",
                                "BACKSTAY_NODE_ZONE", "z".repeat(64),
                                "BACKSTAY_REDIS_URL", "redis://r:6379/cache",
                                "BACKSTAY_ADMIN_PASSWORD", "short")))
                .anySatisfy(p -> assertThat(p).contains("backstay.cluster.host", "'node_1'"))
                .anySatisfy(p -> assertThat(p).contains("backstay.node.zone", "at most 63"))
                .anySatisfy(p -> assertThat(p).contains("backstay.redis.url"))
                .anySatisfy(p -> assertThat(p).contains("backstay.postgres.url", "db:many"))
                .anySatisfy(p -> assertThat(p).contains("backstay.admin.password", "8 to 512"));
    }

    @Test
    void aMissingFileIsAProblem() {
        assertThatThrownBy(() -> ConfigurationReader.read(Optional.of(folder.resolve("none.conf")), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("none.conf");
    }

    @Test
    void everyKeyIsDocumented() {
        String reference = ConfigurationReference.text();
        assertThat(Keys.all()).isNotEmpty().allSatisfy(key -> {
            assertThat(key.description()).endsWith(".");
            assertThat(reference).contains(key.name() + "  (" + key.variable() + ")");
        });
        assertThat(Keys.all().stream().map(Key::variable)).doesNotHaveDuplicates();
    }

    private NodeConfiguration read(String text, Map<String, String> environment)
            throws IOException, ConfigurationException {
        Path file = folder.resolve("node.conf");
        Files.writeString(file, text);
        return ConfigurationReader.read(Optional.of(file), environment);
    }

    private List<String> problems(String text, Map<String, String> environment) throws IOException {
        Path file = folder.resolve("node.conf");
        Files.writeString(file, text);
        return catchThrowableOfType(
                        ConfigurationException.class, () -> ConfigurationReader.read(Optional.of(file), environment))
                .problems();
    }
}
