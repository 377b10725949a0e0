package io.backstay.local.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What the launcher is asked for.
 *
 * @param data the cluster's folder
 * @param home the folder with {@code bin/backstay} and {@code lib}
 * @param cache where the embedded servers are unpacked, for all clusters
 * @param nodes how many; none means those that the folder has, or three
 * @param httpPort of the first node; none means that of the folder, or 8420
 * @param fresh whether what the folder has is deleted first
 * @param restart whether what dies is started again
 * @param javaOptions for each node's JVM
 */
public record Settings(
        Path data,
        Path home,
        Path cache,
        OptionalInt nodes,
        OptionalInt httpPort,
        boolean fresh,
        boolean restart,
        List<String> javaOptions) {
    /** Makes the paths absolute and copies the list. */
    public Settings {
        data = data.toAbsolutePath().normalize();
        home = home.toAbsolutePath().normalize();
        cache = cache.toAbsolutePath().normalize();
        javaOptions = List.copyOf(javaOptions);
    }

    /** Where the servers are unpacked unless told otherwise: the user's cache. */
    public static Path defaultCache(Map<String, String> environment) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        // Java looks for a home in the system's list of users only.
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        Path folder = cache.isEmpty() ? Path.of(home, ".cache") : Path.of(cache);
        return folder.resolve("backstay");
    }
}
