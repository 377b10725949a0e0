package io.backstay.repository.filter;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of patterns, as restic's {@code --exclude} and {@code --include} take them (restic {@code doc/040_backup.rst},
 * "Excluding Files"). Later ones that begin with {@code !} take back what earlier ones matched. Immutable.
 */
public final class PathPatterns {
    private final List<PathPattern> patterns;
    private final boolean anyNegated;

    private PathPatterns(List<PathPattern> patterns) {
        this.patterns = patterns;
        this.anyNegated = patterns.stream().anyMatch(PathPattern::isNegated);
    }

    /**
     * Reads patterns; empty ones are left out.
     *
     * @throws BackstayException with {@code INVALID_REQUEST} that names the malformed one
     */
    public static PathPatterns parse(List<String> texts) {
        List<PathPattern> patterns = new ArrayList<>();
        for (String text : texts) {
            if (!text.isEmpty()) {
                try {
                    patterns.add(PathPattern.parse(text));
                } catch (IllegalArgumentException e) {
                    throw new BackstayException(
                            ErrorCode.INVALID_REQUEST, "the pattern \"%s\" is malformed".formatted(text), e);
                }
            }
        }
        return new PathPatterns(patterns);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    /** Whether a path is meant. */
    public boolean matches(String path) {
        return decide(path).itself();
    }

    /**
     * What the patterns say of a path.
     *
     * @param itself whether it is meant
     * @param below whether something below it may be
     */
    public record Decision(boolean itself, boolean below) {}

    /** Decides about a path, which is not empty. */
    public Decision decide(String path) {
        List<String> names = PathPattern.split(path);
        boolean itself = false;
        boolean below = false;
        for (PathPattern pattern : patterns) {
            boolean matched = pattern.matches(names);
            if (pattern.isNegated()) {
                itself &= !matched;
                below &= !matched;
            } else {
                itself |= matched;
                below |= pattern.mayMatchBelow(names);
                if (itself && below && !anyNegated) {
                    break;
                }
            }
        }
        return new Decision(itself, below);
    }
}
