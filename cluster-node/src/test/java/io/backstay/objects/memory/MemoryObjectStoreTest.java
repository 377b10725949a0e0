package io.backstay.objects.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backstay.model.ObjectKey;
import io.backstay.objects.Contents;
import io.backstay.objects.MediumFullException;
import io.backstay.objects.ObjectMedium;
import io.backstay.objects.ObjectStoreContract;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryObjectStoreTest extends ObjectStoreContract {
    private final MemoryMedium medium = new MemoryMedium(clock, 64L << 20);

    @Override
    protected ObjectMedium medium() {
        return medium;
    }

    @Override
    protected void damage(ObjectKey key, long position) {
        ((MemoryObjectStore) medium.store(REPOSITORY)).damage(key, position);
    }

    @Test
    void roomThatWasTakenComesBackWithPurgeAndDiscard() throws IOException {
        MemoryMedium small = new MemoryMedium(clock, 1000);
        ObjectKey key = Contents.saveData(small.store(REPOSITORY), Contents.random(1, 900));
        assertThatExceptionOfType(MediumFullException.class)
                .isThrownBy(() -> Contents.saveData(small.store(REPOSITORY), Contents.random(2, 200)));
        Contents.trash(small.store(REPOSITORY), key, 2);
        assertThat(small.capacity().freeBytes()).isEqualTo(100);
        clock.advance(Duration.ofSeconds(1));
        small.store(REPOSITORY).purge(clock.instant());
        assertThat(small.capacity().freeBytes()).isEqualTo(1000);
        Contents.stage(small.store(REPOSITORY), key, Contents.random(1, 900), 10)
                .close();
        assertThat(small.capacity().freeBytes()).isEqualTo(1000);
    }
}
