package io.backstay.bench.contender;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** No server: restic writes to a folder by itself. */
public record LocalFolder() implements Contender {
    @Override
    public String name() {
        return "local folder";
    }

    @Override
    public Serving start(Path folder) {
        return new Folder(folder);
    }

    private record Folder(Path folder) implements Serving {
        @Override
        public void make(String repository) {
            // restic init makes it.
        }

        @Override
        public URI objects(String repository) {
            throw new UnsupportedOperationException("a folder has no address");
        }

        @Override
        public Optional<String> authorization() {
            return Optional.empty();
        }

        @Override
        public String uploadMethod() {
            throw new UnsupportedOperationException("a folder takes no requests");
        }

        @Override
        public String restic(String repository) {
            return folder.resolve(repository).toString();
        }

        @Override
        public List<Long> servers() {
            return List.of();
        }

        @Override
        public List<Long> databases() {
            return List.of();
        }

        @Override
        public void close() {
            // Nothing runs.
        }
    }
}
