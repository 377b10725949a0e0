package io.backstay.repository.prune;

/**
 * How thorough to be.
 *
 * @param maximumUnusedPercent how much of what is used may remain unused, so that less has to be written anew
 * @param maximumRepackBytes how many bytes of packs are written anew at most
 */
public record PruneOptions(double maximumUnusedPercent, long maximumRepackBytes) {
    /** restic's usual: 5 %, and no limit. */
    public static final PruneOptions STANDARD = new PruneOptions(5, Long.MAX_VALUE);

    /** Nothing that is unused remains. */
    public static final PruneOptions THOROUGH = new PruneOptions(0, Long.MAX_VALUE);
}
