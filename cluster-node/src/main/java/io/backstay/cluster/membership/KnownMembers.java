package io.backstay.cluster.membership;

import io.backstay.cluster.files.DurableFile;
import io.backstay.cluster.view.ClusterView;
import io.backstay.model.BackstayException;
import io.backstay.model.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the other members' actor systems were when this node last saw them, in {@code <data>/members}, a line {@code id address}
 * each. A founder asks them before it looks at the contact points: these may all have ended while the cluster goes on, and
 * the founder would begin a second one. Losing the file loses that only. Blocks its thread; safe for use by many threads.
 */
final class KnownMembers {
    private static final Logger LOG = LoggerFactory.getLogger(KnownMembers.class);
    private static final int MAX_FILE_BYTES = 1024 * 1024;

    private final Path file;
    private final Map<NodeId, Address> members;

    private KnownMembers(Path file, Map<NodeId, Address> members) {
        this.file = file;
        this.members = members;
    }

    /** What the data folder holds; a file that cannot be read counts as none. */
    static KnownMembers open(Path data) {
        Path file = data.resolve("members");
        Map<NodeId, Address> members = new TreeMap<>();
        if (Files.exists(file)) {
            try {
                String text = new String(DurableFile.read(file, MAX_FILE_BYTES), StandardCharsets.US_ASCII);
                for (String line : text.lines().toList()) {
                    int space = line.indexOf(' ');
                    members.put(
                            NodeId.parse(line.substring(0, Math.max(0, space))),
                            AddressFromURIString.parse(line.substring(space + 1)));
                }
            } catch (IOException | BackstayException e) {
                // An address that is none fails with an IOException too.
                LOG.warn("{} is not used: {}", file, e.getMessage());
            }
        }
        return new KnownMembers(file, members);
    }

    /** Adds these, with their newest addresses; who is away now is not forgotten. */
    synchronized void remember(Map<NodeId, Address> seen) {
        if (members.entrySet().containsAll(seen.entrySet())) {
            return;
        }
        members.putAll(seen);
        String text = members.entrySet().stream()
                .map(member -> member.getKey() + " " + member.getValue() + "\n")
                .collect(Collectors.joining());
        try {
            DurableFile.writeSecret(file, text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.warn("{} is not up to date: {}", file, e.toString());
        }
    }

    /** All but this node, and but those that the view knows as removed. */
    synchronized List<Address> others(NodeId self, Optional<ClusterView> view) {
        List<Address> others = new ArrayList<>();
        members.forEach((node, address) -> {
            boolean removed = view.map(known -> known.nodes().get(node))
                    .filter(known -> !known.admitted())
                    .isPresent();
            if (!node.equals(self) && !removed) {
                others.add(address);
            }
        });
        return others;
    }
}
