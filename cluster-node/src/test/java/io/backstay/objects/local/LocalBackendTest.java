package io.backstay.objects.local;

import static io.backstay.objects.Contents.keyOf;
import static io.backstay.objects.Contents.random;
import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.Backend;
import io.backstay.objects.BackendContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalBackendTest extends BackendContract {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Override
    protected Backend backend() {
        return new LocalBackend(folder.resolve("a/repository"));
    }

    @Test
    void laysFilesOutAsResticDoesAndLeavesNothingElse() throws IOException {
        byte[] content = random(1, 10);
        ObjectKey data = keyOf(ObjectType.DATA, content);
        backend().create();
        backend().save(data, ByteBuffer.wrap(content));
        backend().save(ObjectKey.config(), ByteBuffer.wrap(content));
        Path root = folder.resolve("a/repository");
        Path file = root.resolve("data")
                .resolve(data.name().toString().substring(0, 2))
                .resolve(data.name().toString());
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.filter(Files::isRegularFile)).containsExactlyInAnyOrder(file, root.resolve("config"));
        }
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("r--------"));
    }

    @Test
    void listsNoFilesWithOtherNames() throws IOException {
        byte[] content = random(1, 10);
        ObjectKey data = keyOf(ObjectType.DATA, content);
        backend().save(data, ByteBuffer.wrap(content));
        Path subfolder = folder.resolve("a/repository/data")
                .resolve(data.name().toString().substring(0, 2));
        Files.write(subfolder.resolve(data.name() + "-tmp-1"), content);
        Files.createDirectory(subfolder.resolve("ab".repeat(32)));
        Files.write(folder.resolve("a/repository/data/stray"), content);
        assertThat(backend().list(ObjectType.DATA)).hasSize(1);
    }
}
