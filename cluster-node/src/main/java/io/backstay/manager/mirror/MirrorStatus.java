package io.backstay.manager.mirror;

import io.backstay.cluster.view.ViewId;
import java.time.Duration;
import java.util.Optional;

/**
 * How the mirror is.
 *
 * @param place where it is, as {@link StateMirror#describe} names it
 * @param mirrored the newest state that is known to be there
 * @param lag for how long a newer state has been waiting, zero where none is
 * @param problem why the last attempt failed; none where it succeeded
 */
public record MirrorStatus(String place, Optional<ViewId> mirrored, Duration lag, Optional<String> problem) {}
