package io.backstay.repository;

import io.backstay.objects.local.LocalBackend;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Repositories that stock restic made; {@code golden/make} says how. */
final class Golden {
    static final byte[] PASSWORD = "golden".getBytes(StandardCharsets.UTF_8);
    static final List<String> NAMES = List.of("v1-restic-0.14", "v2-restic-0.14", "v2-restic-0.19");

    private static final Map<String, Repository> OPEN = new HashMap<>();

    private Golden() {}

    static Path path(String name) {
        URL url = Objects.requireNonNull(Golden.class.getResource("golden/" + name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * An open one. Its password costs as much time as a real one's; so each is opened once; closing it
     * does nothing.
     */
    static Repository repository(String name) throws IOException {
        synchronized (OPEN) {
            Repository open = OPEN.get(name);
            if (open == null) {
                open = Repository.open(backend(name), PASSWORD);
                OPEN.put(name, open);
            }
            return open;
        }
    }

    static LocalBackend backend(String name) {
        return new LocalBackend(path(name));
    }
}
