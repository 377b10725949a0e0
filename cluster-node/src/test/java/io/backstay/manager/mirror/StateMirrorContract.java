package io.backstay.manager.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.cluster.identity.MasterKey;
import io.backstay.cluster.view.ViewId;
import io.backstay.manager.command.Password;
import io.backstay.manager.command.UserCommand;
import io.backstay.manager.state.ManagerState;
import io.backstay.manager.state.StateDriver;
import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every mirror promises. */
abstract class StateMirrorContract {
    static final MasterKey MASTER_KEY = MasterKey.of(new byte[32], new SecureRandom());

    private final MirrorSeal seal = new MirrorSeal(MASTER_KEY);

    /** The place, empty at a test's begin. */
    abstract StateMirror mirror();

    /** Puts something there that is no copy. */
    abstract void spoil() throws IOException;

    @Test
    void holdsNothingAtFirstThenWhatWasWritten() throws IOException {
        assertThat(mirror().read()).isEmpty();
        assertThat(mirror().present()).isEmpty();
        ManagerState state = driver(1).state();
        MirrorCopy copy = seal.seal(state);
        assertThat(mirror().write(copy)).isEqualTo(StateMirror.Outcome.STORED);
        assertThat(mirror().read()).contains(copy);
        assertThat(mirror().present()).contains(copy.id());
        assertThat(seal.open(mirror().read().orElseThrow())).isEqualTo(state);
    }

    @Test
    void takesNewerStatesAndKeepsThemFromOlderOnes() throws IOException {
        StateDriver driver = driver(1);
        MirrorCopy old = seal.seal(driver.state());
        addUser(driver, "uma");
        MirrorCopy newer = seal.seal(driver.state());
        assertThat(mirror().write(old)).isEqualTo(StateMirror.Outcome.STORED);
        assertThat(mirror().write(newer)).isEqualTo(StateMirror.Outcome.STORED);
        assertThat(mirror().write(newer)).isEqualTo(StateMirror.Outcome.NOT_NEWER);
        assertThat(mirror().write(old)).isEqualTo(StateMirror.Outcome.NOT_NEWER);
        assertThat(mirror().read()).contains(newer);
    }

    @Test
    void aNewGenerationIsNewerWhateverItsRevision() throws IOException {
        MirrorCopy first = seal.seal(driver(1).state());
        MirrorCopy second =
                withId(first, new ViewId(first.id().cluster(), 2, 1, first.id().chain()));
        assertThat(mirror().write(first)).isEqualTo(StateMirror.Outcome.STORED);
        assertThat(mirror().write(second)).isEqualTo(StateMirror.Outcome.STORED);
        assertThat(mirror().write(first)).isEqualTo(StateMirror.Outcome.NOT_NEWER);
    }

    @Test
    void keepsAnotherClustersState() throws IOException {
        MirrorCopy copy = seal.seal(driver(1).state());
        MirrorCopy foreign = withId(
                copy,
                new ViewId(new ClusterId(UUID.randomUUID()), 9, 999, copy.id().chain()));
        assertThat(mirror().write(copy)).isEqualTo(StateMirror.Outcome.STORED);
        assertThat(mirror().write(foreign)).isEqualTo(StateMirror.Outcome.FOREIGN);
        assertThat(mirror().read()).contains(copy);
    }

    @Test
    void tellsAForkOfTheSameRevision() throws IOException {
        MirrorCopy copy = seal.seal(driver(1).state());
        ViewId id = copy.id();
        MirrorCopy fork =
                withId(copy, new ViewId(id.cluster(), id.generation(), id.revision(), Sha256.hash(new byte[0])));
        assertThat(mirror().write(copy)).isEqualTo(StateMirror.Outcome.STORED);
        assertThat(mirror().write(fork)).isEqualTo(StateMirror.Outcome.FORKED);
        assertThat(mirror().read()).contains(copy);
    }

    @Test
    void whatIsNoCopyIsAnError() throws IOException {
        spoil();
        assertThatThrownBy(() -> mirror().read()).isInstanceOf(IOException.class);
    }

    @Test
    void copiesOfAnotherKeyAndChangedOnesAreNotGenuine() throws IOException {
        MirrorCopy copy = seal.seal(driver(1).state());
        mirror().write(copy);
        MirrorCopy read = mirror().read().orElseThrow();
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        refuses(new MirrorSeal(MasterKey.of(otherKey, new SecureRandom())), read);
        refuses(seal, new MirrorCopy(read.id(), read.state().replace("admin", "nimda"), read.mac()));
        ViewId id = read.id();
        refuses(seal, withId(read, new ViewId(id.cluster(), id.generation(), id.revision() + 1, id.chain())));
    }

    private static void refuses(MirrorSeal seal, MirrorCopy copy) {
        assertThatThrownBy(() -> seal.open(copy))
                .isInstanceOfSatisfying(
                        BackstayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED));
    }

    static StateDriver driver(long seed) {
        return StateDriver.withCluster(seed);
    }

    static void addUser(StateDriver driver, String name) {
        driver.accept(
                new UserCommand.CreateUser(new UserName(name), UserRole.USER, new Password("a good password")),
                driver.admin());
    }

    private static MirrorCopy withId(MirrorCopy copy, ViewId id) {
        return new MirrorCopy(id, copy.state(), copy.mac());
    }
}
