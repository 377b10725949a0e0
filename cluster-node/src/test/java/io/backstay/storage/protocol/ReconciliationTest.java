package io.backstay.storage.protocol;

import static io.backstay.storage.protocol.Machines.key;
import static io.backstay.storage.protocol.Machines.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.NodeId;
import io.backstay.storage.protocol.EntityInput.FileInfo;
import io.backstay.storage.protocol.EntityInput.FileState;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
    @Test
    void aDamagedCopyThatNobodyCountsGoesAfterItsQuarantine() {
        Machines entity = Machines.active(4, 3);
        EntityReply.Ticket ticket = entity.store(key(1));
        NodeId other = Set.of(node(0), node(1), node(2), node(3)).stream()
                .filter(node -> !ticket.targets().contains(node))
                .findFirst()
                .orElseThrow();
        FileState damaged = new FileState(Optional.of(new FileInfo(100, key(1).name(), 0, entity.nowMillis, false)), 0);
        entity.machine.beginSweep(1);
        entity.feed(new EntityInput.Found(1, key(1), Map.of(other, damaged)));
        assertThat(entity.machine.catalogue().debtors()).isEmpty();
        entity.nowMillis += Machines.QUARANTINE_MILLIS;
        entity.feed(new EntityInput.Found(1, key(1), Map.of(other, damaged)));
        assertThat(entity.machine.catalogue().owes(other, key(1))).isPresent();
    }
}
