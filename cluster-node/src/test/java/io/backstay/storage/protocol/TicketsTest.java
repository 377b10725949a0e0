package io.backstay.storage.protocol;

import static io.backstay.storage.protocol.Machines.key;
import static io.backstay.storage.protocol.Machines.node;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TicketsTest {
    private final Tickets tickets = new Tickets();

    @Test
    void aTicketLivesAsLongAsItIsRenewed() {
        long id = issue(1, 0);
        long almost = Tickets.LIFETIME_MILLIS - 1;
        assertThat(tickets.renew(id, almost)).isTrue();
        assertThat(tickets.live(id, 2 * almost)).isPresent();
        assertThat(tickets.live(id, almost + Tickets.LIFETIME_MILLIS)).isEmpty();
        assertThat(tickets.renew(id, almost + Tickets.LIFETIME_MILLIS)).isFalse();
    }

    @Test
    void revokesTheTicketsOfOneKeyOnly() {
        long first = issue(1, 0);
        long other = issue(2, 0);
        tickets.revoke(key(1));
        assertThat(tickets.live(first, 0)).isEmpty();
        assertThat(tickets.live(other, 0)).isPresent();
        assertThat(tickets.anyLive(key(1), 0)).isFalse();
    }

    @Test
    void forgetsWhatHasExpired() {
        issue(1, 0);
        issue(2, 10);
        tickets.expire(Tickets.LIFETIME_MILLIS);
        assertThat(tickets.open()).isEqualTo(1);
    }

    @Test
    void tellsTicketsAndConfirmationsThatCameLater() {
        long seen = tickets.last();
        assertThat(tickets.anyLiveAfter(key(1), seen, 0)).isFalse();
        tickets.confirm(key(1), 0);
        assertThat(tickets.anyLiveAfter(key(1), seen, 0)).isTrue();
        assertThat(tickets.anyLiveAfter(key(1), tickets.last(), 0)).isFalse();
        issue(1, 0);
        assertThat(tickets.anyLiveAfter(key(1), tickets.last() - 1, 0)).isTrue();
        assertThat(tickets.anyLiveAfter(key(2), 0, 0)).isFalse();
    }

    @Test
    void withdrawsANodeFromOpenTickets() {
        long id = issue(1, 0);
        tickets.withdraw(key(1), node(0));
        assertThat(tickets.live(id, 0).orElseThrow().targets()).containsExactly(node(1));
    }

    private long issue(int number, long nowMillis) {
        return tickets.issue(key(number), 1, List.of(node(0), node(1)), nowMillis)
                .id();
    }
}
