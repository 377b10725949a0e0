package io.backstay.local.cluster;

import io.backstay.local.process.Supervised;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A node as the launcher sees it.
 *
 * @param id none before its first start
 * @param pid none while it does not run
 * @param http its address for users
 * @param management the address of its management
 * @param deaths how often it died since the launcher began, without having been stopped
 */
public record NodeStatus(
        String name,
        Optional<String> id,
        Supervised.State state,
        OptionalLong pid,
        List<String> roles,
        String http,
        String management,
        Path data,
        Path log,
        int deaths) {}
