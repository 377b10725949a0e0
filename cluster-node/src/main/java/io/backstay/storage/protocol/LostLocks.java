package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Locks whose last counted copy is missing. Doors remove locks without an entity where they have made them without one, and a
 * record that stayed would shut everybody out; but only where no storage node at all has the file any more, a lock is gone.
 * Confined to one thread.
 */
final class LostLocks {
    private record Search(long recordRevision, Set<NodeId> without) {}

    private final Map<ObjectKey, Search> searches = new HashMap<>();

    /** The last holder has not got its copy: begins a search, and says who else is to be asked. */
    List<NodeId> begin(EntityInput.Verified missing, ClusterFacts facts) {
        if (missing.key().type() != ObjectType.LOCKS) {
            return List.of();
        }
        searches.put(missing.key(), new Search(missing.recordRevision(), new HashSet<>()));
        return facts.storage().stream()
                .map(Placement.Candidate::node)
                .filter(node -> !node.equals(missing.node()))
                .toList();
    }

    /** Whether it is known by this answer that nobody has the lock. */
    boolean gone(EntityInput.Verified answer, ClusterFacts facts) {
        Search search = searches.get(answer.key());
        if (search == null) {
            return false;
        }
        if (answer.copy() != EntityInput.Copy.MISSING || answer.recordRevision() != search.recordRevision()) {
            searches.remove(answer.key());
            return false;
        }
        search.without().add(answer.node());
        boolean all = facts.storage().stream().map(Placement.Candidate::node).allMatch(search.without()::contains);
        if (all) {
            searches.remove(answer.key());
        }
        return all;
    }

    /** The key has changed, or a node did not answer. */
    void giveUp(ObjectKey key) {
        searches.remove(key);
    }
}
