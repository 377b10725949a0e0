package io.backstay.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadersTest {
    private static final String HEAD = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n";

    private static ByteString bytes(String text) {
        return ByteString.fromArray(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static HeadReader.Result read(String text) {
        return new HeadReader().take(bytes(text), 0);
    }

    @Test
    void aHeadIsTheSameHoweverItIsCut() {
        for (int cut = 1; cut < HEAD.length(); cut++) {
            HeadReader reader = new HeadReader();
            assertThat(reader.take(bytes(HEAD.substring(0, cut)), 0)).isEqualTo(new HeadReader.Result.More());
            assertThat(reader.take(bytes(HEAD.substring(cut) + "abc"), 0))
                    .isEqualTo(new HeadReader.Result.Whole(bytes(HEAD), new Framing.Length(3), HEAD.length() - cut));
            assertThat(reader.empty()).isTrue();
        }
    }

    @Test
    void aHeadIsFoundBehindWhatCameBefore() {
        assertThat(new HeadReader().take(bytes("abc" + HEAD), 3))
                .isEqualTo(new HeadReader.Result.Whole(bytes(HEAD), new Framing.Length(3), HEAD.length()));
        assertThat(read("GET / HTTP/1.1\r\nhost:x\r\ntransfer-encoding: Chunked\r\n\r\n"))
                .isInstanceOfSatisfying(
                        HeadReader.Result.Whole.class,
                        whole -> assertThat(whole.framing()).isEqualTo(new Framing.Chunked()));
        assertThat(read("GET / HTTP/1.0\r\n\r\n")).isInstanceOf(HeadReader.Result.Whole.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1 1",
                "Content-Length: 1\r\nContent-Length: 1",
                "Content-Length: 1\r\nTransfer-Encoding: chunked",
                "Content-Length : 1",
                "Content-Length: +1",
                "Content-Length: 99999999999999999999",
                "Content-Length:",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "X: a\r\n folded",
                "X: a\rb",
                "X: a\nb: c",
                "X: \u0000",
                ": a",
                "X",
                "Host: y",
                "Authorization: a\r\nAuthorization: b"
            })
    void whatMayBeReadInTwoWaysIsRefused(String header) {
        assertThat(read("GET / HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n"))
                .isInstanceOf(HeadReader.Result.Refused.class);
    }

    @Test
    void chunksEndWhereTheyEndHoweverTheyAreCut() {
        String body = "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n";
        for (int cut = 1; cut < body.length(); cut++) {
            ChunkReader reader = new ChunkReader();
            assertThat(reader.take(bytes(body.substring(0, cut)), 0)).isEqualTo(cut);
            assertThat(reader.ended()).isFalse();
            assertThat(reader.take(bytes(body.substring(cut) + "GET"), 0)).isEqualTo(body.length() - cut);
            assertThat(reader.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "g\r\n",
                "-1\r\n",
                "1\nx",
                "1 \r\nx",
                "1\r\nxy",
                "1\r\nx\n",
                "0\r\nX: trailer\r\n\r\n",
                "123456789\r\n",
                "1;\u0000\r\n"
            })
    void whatIsNoChunkIsRefused(String body) {
        assertThat(new ChunkReader().take(bytes(body), 0)).isNegative();
    }

    @Test
    void patienceIsForClientsThatAreSlowAndNotForThoseThatHaveStopped() {
        long second = Duration.ofSeconds(1).toNanos();
        Patience patience = new Patience(Duration.ofSeconds(60), 1_000);
        for (int i = 0; i < 1_000; i++) {
            patience.begin(i * second);
            patience.moved((i + 1) * second, 1_000);
        }
        patience.begin(1_000 * second);
        assertThat(patience.exhausted(1_059 * second)).isFalse();
        assertThat(patience.exhausted(1_061 * second)).isTrue();
        patience.moved(1_059 * second, 100_000);
        assertThat(patience.exhausted(9_999 * second)).isFalse();
        Patience trickling = new Patience(Duration.ofSeconds(60), 1_000);
        int at = 0;
        for (; !trickling.exhausted(at * second) && at < 1_000; at++) {
            trickling.moved(at * second, 1);
            trickling.begin(at * second);
        }
        assertThat(at).isBetween(60, 63);
    }
}
