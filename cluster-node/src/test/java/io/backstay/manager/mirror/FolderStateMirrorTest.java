package io.backstay.manager.mirror;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FolderStateMirrorTest extends StateMirrorContract {
    @TempDir
    Path folder;

    @Override
    StateMirror mirror() {
        return new FolderStateMirror(folder.resolve("mirror"));
    }

    @Override
    void spoil() throws IOException {
        Files.createDirectory(folder.resolve("mirror"));
        Files.writeString(folder.resolve("mirror").resolve("manager-state.json"), "{\"cluster\":\"none\"}");
    }
}
