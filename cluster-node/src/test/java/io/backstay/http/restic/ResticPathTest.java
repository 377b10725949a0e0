package io.backstay.http.restic;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.Answer;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
import io.backstay.http.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that name nothing, from somebody who may everything in the repository. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResticPathTest {
    private static final String HEX = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9";

    private final RunningNode node;
    private final String name;
    private final String authorization;

    ResticPathTest(RunningNode node) {
        this.node = node;
        People people = new People(node);
        People.Person owner = people.user("user");
        this.name = node.freshName("repo");
        this.authorization =
                people.token(owner, people.repository(owner, name), "full").authorization();
        // Makes the repository's folders, so that what comes later stands out.
        Restic.to(node, name, authorization).post("config", Restic.bytes("0")).expect(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/restic/{name}/data/5fec",
                "/restic/{name}/data/{hex}0",
                "/restic/{name}/data/{HEX}",
                "/restic/{name}/data/5f/{hex}",
                "/restic/{name}/data/{hex}/",
                "/restic/{name}/data//{hex}",
                "/restic/{name}//data/{hex}",
                "/restic//{name}/data/{hex}",
                "//restic/{name}/data/{hex}",
                "/restic/{name}/data/../data/{hex}/x",
                "/restic/{name}/data/../../../../etc/{hex}",
                "/restic/{name}/%2e%2e/%2e%2e/{hex}",
                "/restic/../{name}/%2e%2e",
                "/restic/%2e%2e/%2e%2e/etc/passwd",
                "/restic/..%2f..%2fetc/data/{hex}",
                "/restic/{name}/data%2f{hex}",
                "/restic/{name}%2fdata/{hex}",
                "/restic/{name}/data/{hex}%00",
                "/restic/{name}/data/%00{hex}",
                "/restic/{name}%00/data/{hex}",
                "/restic/{name}/data/..{hex}",
                "/restic/{name}/DATA/{hex}",
                "/restic/{name}/trash/{hex}",
                "/restic/{name}/tmp/{hex}",
                "/restic/{name}/config/",
                "/restic/{name}/config/{hex}",
                "/restic/{name}/config%00",
                "/restic/{name}/config.json",
                "/restic/{name}/keys/config",
                "/restic/{name}/data/{hex};v=1",
                "/restic/{name}/data\\\\{hex}",
                "/restic/{name}/data/{hex}%0d%0aX-Injected:%201",
                "/restic/",
                "/restic/./config",
                "/restic/./{name}/data/{hex}",
                "/restic/{name}/data/./{hex}",
                "/restic/{name}/keys/../data/{hex}",
                "/restic/x/../{name}/data/{hex}",
                "/api/../restic/{name}/data/{hex}",
                "/restic/{name}/%64ata/{hex}",
                "/%72estic/{name}/data/{hex}",
                "/restic/{name}/data/%35{hex}",
                "/restic/../api/v1/openapi.yaml",
                "/restic/{NAME}/config",
                "/restic/%7eroot/config",
                "/restic/{name}/data/%c0%ae%c0%ae/{hex}",
                "/restic/{name}/data/%EF%BC%8F{hex}"
            })
    void isNotFoundAndLeavesNoFile(String template) throws IOException {
        String path = template.replace("{name}", name)
                .replace("{NAME}", name.toUpperCase(java.util.Locale.ROOT))
                .replace("{hex}", HEX)
                .replace("{HEX}", HEX.toUpperCase(java.util.Locale.ROOT));
        Set<Path> before = new TreeSet<>(node.storedFiles());
        for (String method : List.of("GET", "HEAD", "POST", "DELETE")) {
            try (Wire wire = Wire.to(node)) {
                wire.head(method + " " + path, "Authorization: " + authorization, "Content-Length: 1")
                        .send("0");
                Answer answer = wire.answer(!method.equals("HEAD")).orElseThrow();
                assertThat(answer.status())
                        .as("%s %s: %s", method, path, answer)
                        .isIn(400, 404);
                assertThat(answer.header("X-Injected")).isEmpty();
            }
        }
        // The node itself writes to its folder now and then, by way of a file that stays for a moment only.
        RunningNode.await("no file stays", () -> before.equals(new TreeSet<>(node.storedFiles())));
    }
}
