package io.backstay.http.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.backstay.http.People;
import io.backstay.http.RunningNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The restic of this machine, where it has one. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
class StockResticTest {
    private final RunningNode node;
    private final People people;
    private final People.Person owner;

    @TempDir
    private Path folder;

    private record Ended(int status, String said) {}

    StockResticTest(RunningNode node) {
        this.node = node;
        this.people = new People(node);
        this.owner = people.user("user");
    }

    private Ended restic(String repository, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("restic", "--cache-dir", folder.resolve("cache").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("RESTIC_REPOSITORY", repository, "RESTIC_PASSWORD", "a password"));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            assumeTrue(false, "this machine has no restic");
            throw e;
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private String address(String name, String user, String password) {
        return "rest:http://%s:%s@%s/restic/%s/"
                .formatted(user, password, node.http().getAuthority(), name);
    }

    private static void succeeded(Ended ended) {
        assertThat(ended.status()).as(ended.said()).isZero();
    }

    @Test
    void backsUpRestoresAndForgets() throws IOException, InterruptedException {
        byte[] content = new byte[3 << 20];
        new Random(7).nextBytes(content);
        Path source = Files.createDirectory(folder.resolve("source"));
        Files.write(source.resolve("file"), content);
        String name = node.freshName("stock");
        String own = address(name, owner.name(), People.PASSWORD.replace(" ", "%20"));
        succeeded(restic(own, "init"));
        succeeded(restic(own, "backup", source.toString()));

        String id = owner.api().get("/repositories?q=" + name).text("/items/0/id");
        String append = address(name, "token", people.token(owner, id, "append").secret());
        succeeded(restic(append, "backup", "--force", source.toString()));
        assertThat(restic(append, "forget", "--keep-last", "1").status()).isNotZero();
        String read = address(name, "token", people.token(owner, id, "read").secret());
        Path target = folder.resolve("target");
        succeeded(restic(read, "--no-lock", "restore", "latest", "--target", target.toString()));
        assertThat(Files.readAllBytes(
                        target.resolve(source.toString().substring(1)).resolve("file")))
                .isEqualTo(content);

        succeeded(restic(own, "forget", "--keep-last", "1", "--prune"));
        succeeded(restic(own, "check", "--read-data"));
    }
}
