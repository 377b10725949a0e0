package io.backstay.storage.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.model.BackstayException;
import io.backstay.model.Sha256;
import org.junit.jupiter.api.Test;

class PackedListingTest {
    @Test
    void pagesPutTogetherAreTheWholeListing() {
        PackedListing.Builder builder = PackedListing.builder(10);
        for (int i = 0; i < 10; i++) {
            builder.add(new Sha256(i, -i, i, i), 100L + i);
        }
        PackedListing listing = builder.build();
        assertThat(listing.size()).isEqualTo(10);
        for (int from = 0; from < 10; from += 4) {
            PackedListing page = PackedListing.of(listing.page(from, 4));
            assertThat(page.size()).isEqualTo(Math.min(4, 10 - from));
            for (int i = 0; i < page.size(); i++) {
                assertThat(page.name(i)).isEqualTo(new Sha256(from + i, -(from + i), from + i, from + i));
                assertThat(page.sizeBytes(i)).isEqualTo(100 + from + i);
            }
        }
    }

    @Test
    void refusesAListingThatIsCutShort() {
        assertThatThrownBy(() -> PackedListing.of(new byte[PackedListing.ENTRY_BYTES + 1]))
                .isInstanceOf(BackstayException.class);
    }
}
