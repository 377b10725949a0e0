package io.backstay.repository.tree;

/**
 * Go's {@code os.FileMode}, which trees hold: permissions in the lower nine bits as in Unix, and the special ones elsewhere.
 */
public final class GoMode {
    /** Read, write and execute for owner, group and others. */
    public static final long PERMISSIONS = 0777;

    /** Runs as its owner. */
    public static final long SETUID = 1L << 23;

    /** Runs as its group. */
    public static final long SETGID = 1L << 22;

    /** In such a folder only owners delete. */
    public static final long STICKY = 1L << 20;

    private static final int UNIX_SETUID = 04000;
    private static final int UNIX_SETGID = 02000;
    private static final int UNIX_STICKY = 01000;

    private GoMode() {}

    /** From a type and the lower twelve bits of a Unix mode. */
    public static long of(NodeType type, int unixMode) {
        return type.modeBits()
                | unixMode & PERMISSIONS
                | ((unixMode & UNIX_SETUID) != 0 ? SETUID : 0)
                | ((unixMode & UNIX_SETGID) != 0 ? SETGID : 0)
                | ((unixMode & UNIX_STICKY) != 0 ? STICKY : 0);
    }

    /** The lower twelve bits of a Unix mode. */
    public static int unix(long goMode) {
        return (int) (goMode & PERMISSIONS)
                | ((goMode & SETUID) != 0 ? UNIX_SETUID : 0)
                | ((goMode & SETGID) != 0 ? UNIX_SETGID : 0)
                | ((goMode & STICKY) != 0 ? UNIX_STICKY : 0);
    }
}
