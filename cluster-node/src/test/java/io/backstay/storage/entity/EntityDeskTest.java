package io.backstay.storage.entity;

import static io.backstay.storage.node.TestViews.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.cluster.view.Reachability;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.storage.node.TestViews;
import io.backstay.storage.protocol.Catalogue;
import io.backstay.storage.protocol.ClusterFacts;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityMachine;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class EntityDeskTest {
    private final TestViews views = new TestViews();
    private final EntityDesk desk = new EntityDesk(
            REPOSITORY,
            new ClusterState(
                    views,
                    new Reachability() {
                        @Override
                        public Set<NodeId> up() {
                            return Set.of();
                        }

                        @Override
                        public Runnable subscribe(Runnable listener) {
                            return () -> {};
                        }
                    },
                    new RoomWatch(node -> {
                        throw new IllegalStateException("no disk is asked");
                    }),
                    Clock.systemUTC()),
            StorageSettings.defaults());
    private final EntityMachine machine = new EntityMachine(new Catalogue(REPOSITORY), 1, 1, 1);
    private final TestInbox<EntityWire.Reply> client = TestInbox.create();

    @Test
    void whoAsksARepositoryThatIsBeingOpenedWaits() {
        desk.accept(locate(), machine);
        desk.tick(machine);
        assertThat(client.hasMessages()).isFalse();
    }

    /** A door that heard nothing would serve the repository from the disks alone, though its owner is there. */
    @Test
    void whoAsksARepositoryThatIsRebuiltHearsAtOnceThatItsOwnerIsThere() {
        findsItselfBehind();

        desk.accept(locate(), machine);

        assertThat(client.receiveMessage().answer())
                .isInstanceOfSatisfying(
                        EntityWire.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE.name()));
    }

    @Test
    void whoWaitsHearsItWhenTheRebuildBegins() {
        desk.accept(locate(), machine);
        findsItselfBehind();

        desk.tick(machine);

        assertThat(client.receiveMessage().answer()).isInstanceOf(EntityWire.Refused.class);
    }

    private void findsItselfBehind() {
        machine.handle(
                new EntityInput.Recovered(TestViews.node(1), 1, 5),
                new ClusterFacts(1, List.of(), Set.of(), Set.of(), 1));
        assertThat(machine.behind()).isTrue();
    }

    private EntityWire.Request locate() {
        return new EntityWire.Request(
                new EntityWire.Locate(ObjectKey.config().toString(), true), "", "", client.getRef());
    }
}
