package io.backstay.manager.state;

import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerCommand;
import io.backstay.manager.command.ManagerReply;
import io.backstay.manager.command.Password;
import io.backstay.manager.journal.EntryFormat;
import io.backstay.model.ClusterId;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Plays the actor's part for the pure state: does the work (cheaply), numbers events, keeps the journal. */
public final class StateDriver {
    public static final Sha256 FIRST_TOKEN = hash("first join token");
    public static final UserName ADMIN = new UserName("admin");

    private final EntryFormat format = new EntryFormat();
    private final List<JournalEntry> journal = new ArrayList<>();
    private final Random random;
    private ManagerState state = ManagerState.empty();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    public StateDriver(long seed) {
        random = new Random(seed);
    }

    /** A driver with a cluster, an active manager and the admin. */
    public static StateDriver withCluster(long seed) {
        StateDriver driver = new StateDriver(seed);
        driver.submit(
                new ClusterCommand.CreateCluster(
                        new ClusterId(driver.uuid()),
                        driver.now,
                        "certificate of the authority",
                        "sealed key",
                        "sealed transfer key",
                        "sealed session key",
                        ADMIN,
                        new Password("admin's password"),
                        Optional.of(new ClusterCommand.FirstJoinToken(FIRST_TOKEN, Duration.ofDays(1), 100))),
                Initiator.system("test"));
        return driver;
    }

    public ManagerState state() {
        return state;
    }

    public List<JournalEntry> journal() {
        return journal;
    }

    public Instant now() {
        return now;
    }

    public void advance(Duration by) {
        now = now.plus(by);
    }

    public UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    public Initiator admin() {
        return as("admin");
    }

    public Initiator as(String name) {
        return Initiator.user(user(name), "192.0.2.1", "request");
    }

    public UserId user(String name) {
        return state.users().values().stream()
                .filter(user -> user.name().value().equals(name))
                .findFirst()
                .orElseThrow()
                .id();
    }

    /** The answer of a command that is expected to be accepted. */
    public <R extends ManagerAnswer> R accept(ManagerCommand<R> command, Initiator by) {
        return switch (submit(command, by)) {
            case ManagerReply.Accepted<R> accepted -> accepted.answer();
            case ManagerReply.Refused<R> refused -> throw new AssertionError("refused: " + refused);
        };
    }

    /** The code of a command that is expected to be refused. */
    public ErrorCode refuse(ManagerCommand<?> command, Initiator by) {
        ManagerState before = state;
        return switch (submit(command, by)) {
            case ManagerReply.Accepted<?> accepted -> throw new AssertionError("accepted: " + accepted);
            case ManagerReply.Refused<?> refused -> {
                if (!state.equals(before)) {
                    throw new AssertionError("a refusal changed the state");
                }
                yield refused.code();
            }
        };
    }

    public <R extends ManagerAnswer> ManagerReply<R> submit(ManagerCommand<R> command, Initiator by) {
        Evidence evidence = Evidence.none();
        while (true) {
            switch (state.decide(command, new DecisionContext(by, now, this::uuid, evidence))) {
                case Decision.Need<R> need -> evidence = perform(need.work(), evidence);
                case Decision.Refuse<R> refuse -> {
                    return new ManagerReply.Refused<>(refuse.code(), refuse.detail());
                }
                case Decision.Accept<R> accept -> {
                    accept.events().forEach(event -> apply(event, by));
                    return new ManagerReply.Accepted<>(
                            accept.answer().apply(state),
                            state.id().orElseThrow(),
                            !accept.events().isEmpty());
                }
            }
        }
    }

    private void apply(ManagerEvent event, Initiator by) {
        long revision = state.head().revision() + 1;
        JournalEntry entry = new JournalEntry(revision, now, by, event, format.of(revision, now, by, event));
        journal.add(entry);
        state = state.apply(entry);
    }

    private static Evidence perform(Work work, Evidence evidence) {
        return switch (work) {
            case Work.HashPassword it ->
                evidence.withPasswordHash("hash of " + it.password().value());
            case Work.CheckPassword it ->
                evidence.withPasswordCheck(new Evidence.PasswordCheck(
                        it.hash(), it.hash().equals("hash of " + it.password().value())));
            case Work.SignRequest it -> evidence.withCertificate(certificate(it.signingRequest()));
            case Work.CheckCertificate it -> evidence.withCertificate(certificate(it.certificatePem()));
        };
    }

    private static Evidence.CertifiedKey certificate(String key) {
        return new Evidence.CertifiedKey(key, hash("certificate of " + key), hash(key));
    }

    public static Sha256 hash(String text) {
        return Sha256.hash(text.getBytes(StandardCharsets.UTF_8));
    }
}
