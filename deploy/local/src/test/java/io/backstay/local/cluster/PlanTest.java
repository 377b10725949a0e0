package io.backstay.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.local.node.PlannedNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is decided once for a data folder. */
final class PlanTest {
    private static final OptionalInt NONE = OptionalInt.empty();

    @TempDir
    private Path folder;

    @Test
    void firstThreeNodesFoundAndTheOthersJoin() {
        Plan plan = Plan.create(OptionalInt.of(5), NONE, ports());

        assertThat(plan.nodes()).extracting(PlannedNode::founder).containsExactly(true, true, true, false, false);
        assertThat(plan.nodes())
                .extracting(PlannedNode::name)
                .startsWith("node-1")
                .endsWith("node-5");
        assertThat(plan.nodes())
                .extracting(node -> node.httpPort(plan.httpPort()))
                .containsExactly(8420, 8421, 8422, 8423, 8424);
    }

    @Test
    void whatWasWrittenIsRead() throws Exception {
        Plan plan = Plan.create(NONE, OptionalInt.of(9000), ports());
        Path file = folder.resolve("launcher.json");

        plan.write(file);

        assertThat(Plan.read(file)).contains(plan);
    }

    @Test
    void brokenFileIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("launcher.json"), "{");

        assertThatThrownBy(() -> Plan.read(file)).hasMessageContaining("launcher.json cannot be read");
    }

    @Test
    void renewedPlanKeepsItsPortsButThoseThatAreTaken() throws Exception {
        Plan plan = Plan.create(OptionalInt.of(1), NONE, ports());
        try (ServerSocket taken = new ServerSocket(plan.redisPort(), 1, InetAddress.getLoopbackAddress())) {
            Plan renewed = plan.renewed(NONE, NONE, ports());

            assertThat(renewed.redisPort()).isNotEqualTo(taken.getLocalPort());
            assertThat(renewed.postgresPort()).isEqualTo(plan.postgresPort());
            assertThat(renewed.nodes()).isEqualTo(plan.nodes());
        }
    }

    @Test
    void renewedPlanGrowsAndDoesNotShrink() throws Exception {
        Plan plan = Plan.create(OptionalInt.of(2), NONE, ports());

        assertThat(plan.renewed(OptionalInt.of(4), NONE, ports()).nodes())
                .extracting(PlannedNode::founder)
                .containsExactly(true, true, false, false);
        assertThatThrownBy(() -> plan.renewed(OptionalInt.of(1), NONE, ports()))
                .hasMessageContaining("--nodes 1 takes none away");
    }

    private static Ports ports() {
        return new Ports(new Random());
    }
}
