package io.backstay.http.restic;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.Answer;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResticRangeTest {
    private static final byte[] CONTENT = Restic.bytes("0123456789");
    private static final String PATH = Restic.data(CONTENT);

    private final Restic restic;

    ResticRangeTest(RunningNode node) {
        People.Person owner = new People(node).user("user");
        restic = Restic.to(node, node.freshName("repo"), owner.authorization());
        restic.create().expect(200);
        restic.post(PATH, CONTENT).expect(200);
    }

    private Answer get(String range) {
        return restic.with("Range", range).get(PATH);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-, 0123456789, 0-9",
        "bytes=0-0, 0, 0-0",
        "bytes=3-5, 345, 3-5",
        "bytes=9-9, 9, 9-9",
        "bytes=9-, 9, 9-9",
        "bytes=5-1000, 56789, 5-9",
        "bytes=5-999999999999999999, 56789, 5-9",
        "bytes=5-18446744073709551615, 56789, 5-9",
        "bytes=-3, 789, 7-9",
        "bytes=-1000, 0123456789, 0-9",
        "bytes= 3 - 5 , 345, 3-5"
    })
    void aRangeIsAnsweredWithExactlyItsBytes(String range, String expected, String told) {
        Answer part = get(range).expect(206);
        assertThat(part.body()).isEqualTo(Restic.bytes(expected));
        assertThat(part.header("Content-Length")).contains(String.valueOf(expected.length()));
        assertThat(part.header("Content-Range")).contains("bytes " + told + "/10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=10-",
                "bytes=10-20",
                "bytes=999999999999999999-",
                "bytes=99999999999999999999999-",
                "bytes=-0"
            })
    void aRangeBeyondTheEndIsRefusedWithTheSize(String range) {
        Answer refused = get(range).expectProblem(416, "range-not-satisfiable");
        assertThat(refused.header("Content-Range")).contains("bytes */10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=0-1,3-4",
                "bytes=5-3",
                "bytes=-",
                "bytes=",
                "bytes=a-b",
                "bytes",
                "lines=0-1",
                "bytes=0x0-0x5",
                "bytes=--5"
            })
    void whatIsNoSingleRangeIsAnsweredWithEverything(String range) {
        assertThat(get(range).expect(200).body()).isEqualTo(CONTENT);
    }
}
