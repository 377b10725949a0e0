package io.backstay.repository.restore;

/** What happens to a file that is there already. */
public enum Overwrite {
    /** It is replaced. */
    ALWAYS,
    /** It is replaced where its length or time of change differs. */
    IF_CHANGED,
    /** It is replaced where the snapshot's is newer. */
    IF_NEWER,
    /** It stays. */
    NEVER
}
