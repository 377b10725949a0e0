package io.backstay.repository.restore;

/**
 * How to restore.
 *
 * @param sparse whether parts that are zeros take no room on disk
 * @param verify whether every restored file is read again and compared
 * @param dryRun whether only to count what would be done
 * @param threads how many packs are worked on at once
 */
public record RestoreOptions(
        Selection selection, Overwrite overwrite, boolean sparse, boolean verify, boolean dryRun, int threads) {
    /** Everything, in place of what is there, on all cores. */
    public static RestoreOptions standard() {
        return new RestoreOptions(
                Selection.ALL,
                Overwrite.ALWAYS,
                false,
                false,
                false,
                Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /** The same with another selection. */
    public RestoreOptions only(Selection other) {
        return new RestoreOptions(other, overwrite, sparse, verify, dryRun, threads);
    }

    /** The same with another rule for what is there. */
    public RestoreOptions overwriting(Overwrite other) {
        return new RestoreOptions(selection, other, sparse, verify, dryRun, threads);
    }

    /** The same, with holes. */
    public RestoreOptions withHoles() {
        return new RestoreOptions(selection, overwrite, true, verify, dryRun, threads);
    }

    /** The same, reading again. */
    public RestoreOptions verified() {
        return new RestoreOptions(selection, overwrite, sparse, true, dryRun, threads);
    }

    /** The same, writing nothing. */
    public RestoreOptions rehearsed() {
        return new RestoreOptions(selection, overwrite, sparse, verify, true, threads);
    }
}
