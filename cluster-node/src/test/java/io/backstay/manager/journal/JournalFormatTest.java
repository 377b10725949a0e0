package io.backstay.manager.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.manager.command.Initiator;
import io.backstay.manager.state.JournalEntry;
import io.backstay.manager.state.ManagerEvent;
import io.backstay.manager.state.ManagerState;
import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import io.backstay.model.ErrorCode;
import io.backstay.model.JoinTokenId;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.Role;
import io.backstay.model.Sha256;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Golden files: {@code src/test/resources/manager-journal/<type>-<version>.json} is how an event of that version lies in
 * journals out there. {@code -Dgolden.write=true} makes those that are missing; none is ever changed.
 */
class JournalFormatTest {
    private static final Path GOLDEN = Path.of("src/test/resources/manager-journal");
    private static final Instant AT = Instant.parse("2026-03-04T05:06:07.089Z");
    private static final UserId USER = new UserId(uuid(1));
    private static final RepositoryId REPOSITORY = new RepositoryId(uuid(2));
    private static final NodeId NODE = new NodeId(uuid(3));
    private static final Sha256 HASH = Sha256.hash(new byte[] {1});

    private final EntryFormat entries = new EntryFormat();
    private final StateFormat states = new StateFormat();

    static List<ManagerEvent> events() {
        return List.of(
                new ManagerEvent.ClusterCreated(
                        new ClusterId(uuid(9)),
                        AT,
                        "-----BEGIN CERTIFICATE-----\n",
                        "c2VhbGVk",
                        "dHJhbnNmZXI=",
                        "c2Vzc2lvbg=="),
                new ManagerEvent.StateAdopted(2, goldenState()),
                new ManagerEvent.ManagerActivated(7, NODE, uuid(4)),
                new ManagerEvent.NodeAdmitted(
                        NODE,
                        new NodeName("node-1"),
                        Set.of(Role.values()),
                        "cellar",
                        "http://node-1:8420",
                        "http://node-1:8421",
                        HASH,
                        HASH,
                        Optional.of(new JoinTokenId(uuid(5)))),
                new ManagerEvent.NodeChanged(
                        NODE,
                        new NodeName("node-2"),
                        Set.of(Role.BACKUP_STORAGE),
                        "",
                        "http://node-2:8420",
                        "http://node-2:8421",
                        HASH),
                new ManagerEvent.NodeRemoved(NODE),
                new ManagerEvent.JoinTokenCreated(new JoinTokenId(uuid(5)), HASH, "new nodes", AT.plusSeconds(60), 3),
                new ManagerEvent.JoinTokenRevoked(new JoinTokenId(uuid(5))),
                new ManagerEvent.UserCreated(USER, new UserName("uma"), UserRole.OPERATOR, "$argon2id$v=19$"),
                new ManagerEvent.UserChanged(USER, UserRole.ADMIN, true),
                new ManagerEvent.PasswordChanged(USER, "$argon2id$v=19$"),
                new ManagerEvent.SessionsEnded(USER),
                new ManagerEvent.UserDeleted(USER),
                new ManagerEvent.RepositoryCreated(
                        REPOSITORY, new RepositoryName("photos"), USER, 3, Duration.ofDays(7)),
                new ManagerEvent.RepositoryChanged(
                        REPOSITORY, new RepositoryName("pictures"), USER, 2, Duration.ofSeconds(90)),
                new ManagerEvent.GrantsChanged(
                        REPOSITORY, Map.of(new UserId(uuid(6)), Permission.APPEND, USER, Permission.READ)),
                new ManagerEvent.RepositoryDeleted(REPOSITORY),
                new ManagerEvent.TokenCreated(
                        new TokenId(uuid(8)), "laptop", USER, REPOSITORY, Permission.APPEND, HASH, Optional.empty()),
                new ManagerEvent.TokenRevoked(new TokenId(uuid(8))));
    }

    private static ManagerState goldenState() {
        try {
            return new StateFormat().decode(Files.readAllBytes(goldenSnapshot()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path goldenSnapshot() {
        return GOLDEN.resolve(StateFormat.MANIFEST.replace('/', '-') + ".json");
    }

    @Test
    void everyEventHasANameAndASample() {
        List<Class<?>> sampled = new ArrayList<>();
        events().forEach(event -> sampled.add(event.getClass()));
        assertThat(sampled).containsExactlyInAnyOrder(ManagerEvent.class.getPermittedSubclasses());
        assertThat(Arrays.stream(EventType.values()).map(EventType::event))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ManagerEvent.class.getPermittedSubclasses())
                        .<Class<? extends ManagerEvent>>map(type -> type.asSubclass(ManagerEvent.class))
                        .toList());
        assertThat(Arrays.stream(EventType.values()).map(EventType::text)).doesNotHaveDuplicates();
    }

    @Test
    void everyVersionOfEveryEventHasAGoldenFile() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            for (EventType type : EventType.values()) {
                for (int version = 1; version <= type.version(); version++) {
                    assertThat(names).contains("%s-%d.json".formatted(type.text(), version));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    void goldenFilesAreReadAndWrittenAsTheyAre(ManagerEvent event) throws IOException {
        JournalEntry entry = entry(event);
        String manifest = entries.manifest(entry);
        Path golden = GOLDEN.resolve(manifest.replace('/', '-') + ".json");
        if (Boolean.getBoolean("golden.write") && !Files.exists(golden)) {
            Files.write(golden, entries.encode(entry));
        }
        byte[] stored = Files.readAllBytes(golden);
        assertThat(entries.decode(stored)).isEqualTo(entry);
        assertThat(new String(entries.encode(entry), StandardCharsets.UTF_8))
                .isEqualTo(new String(stored, StandardCharsets.UTF_8));
    }

    @Test
    void goldenSnapshotIsReadAndWrittenAsItIs() throws IOException {
        ManagerState state = ManagerState.empty();
        for (ManagerEvent event : events()) {
            boolean kept = !(event instanceof ManagerEvent.StateAdopted
                    || event instanceof ManagerEvent.UserDeleted
                    || event instanceof ManagerEvent.RepositoryDeleted
                    || event instanceof ManagerEvent.JoinTokenRevoked
                    || event instanceof ManagerEvent.TokenRevoked);
            if (kept) {
                state = state.apply(entry(event));
            }
        }
        Path golden = goldenSnapshot();
        if (Boolean.getBoolean("golden.write") && !Files.exists(golden)) {
            Files.write(golden, states.encode(state));
        }
        byte[] stored = Files.readAllBytes(golden);
        assertThat(states.decode(stored)).isEqualTo(state);
        assertThat(new String(states.encode(state), StandardCharsets.UTF_8))
                .isEqualTo(new String(stored, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"type\":\"user-created\"}",
                "{\"type\":\"io.backstay.Surprise\",\"version\":1}",
                "{\"type\":\"user-deleted\",\"version\":2}",
                "{\"type\":\"user-deleted\",\"version\":1,\"type\":\"user-deleted\"}"
            })
    void whatIsNoKnownEntryIsRefused(String json) {
        assertThatThrownBy(() -> entries.decode(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        BackstayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED));
        assertThatThrownBy(() -> states.decode(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BackstayException.class);
    }

    @Test
    void unknownTypesAndVersionsAreNamed() {
        assertThatThrownBy(() ->
                        entries.decode("{\"type\":\"moon-landed\",\"version\":1}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("moon-landed");
        assertThatThrownBy(() ->
                        entries.decode("{\"type\":\"user-deleted\",\"version\":9}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("version 9 of 'user-deleted'");
    }

    @ParameterizedTest
    @MethodSource("events")
    void aChangedOrShortenedEntryIsRefused(ManagerEvent event) {
        String stored = new String(entries.encode(entry(event)), StandardCharsets.UTF_8);
        for (String changed : List.of(
                stored.replace("\"revision\":42", "\"revision\":43"),
                stored.replace("192.0.2.1", "192.0.2.2"),
                stored.replace("\"data\":{", "\"data\":{\"surprise\":1,"),
                stored.replace("\"by\":{", "\"surprise\":1,\"by\":{"))) {
            assertThat(changed).isNotEqualTo(stored);
            assertThatThrownBy(() -> entries.decode(changed.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(BackstayException.class);
        }
        for (int length = 0; length < stored.length(); length += 7) {
            byte[] cut = stored.substring(0, length).getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> entries.decode(cut)).isInstanceOf(BackstayException.class);
        }
    }

    private JournalEntry entry(ManagerEvent event) {
        Initiator by = Initiator.user(USER, "192.0.2.1", "request-1");
        return new JournalEntry(42, AT, by, event, entries.of(42, AT, by, event));
    }

    private static UUID uuid(int number) {
        return UUID.fromString("00000000-0000-4000-8000-%012d".formatted(number));
    }
}
