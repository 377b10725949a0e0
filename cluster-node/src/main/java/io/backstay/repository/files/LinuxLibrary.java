package io.backstay.repository.files;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * The C library's functions that {@link PosixFiles} calls, under their own names; arguments and results are those of the manual
 * pages. They need glibc 2.33 or newer, or musl. {@code errno} is {@link Native#getLastError()} after the call.
 */
final class LinuxLibrary {
    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int STATX_BASIC_STATS = 0x7ff;
    static final int STATX_BYTES = 256;

    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NONBLOCK = 0x800;
    static final int O_NOATIME = 0x40000;
    static final int O_CLOEXEC = 0x80000;

    /** Two flags have other values on ARM. */
    private static final boolean ARM = System.getProperty("os.arch", "").startsWith("aarch64")
            || System.getProperty("os.arch", "").equals("arm");

    static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int ERANGE = 34;
    static final int ENOTEMPTY = 39;
    static final int ENODATA = 61;
    static final int EOPNOTSUPP = 95;

    static {
        Native.register(LinuxLibrary.class, "c");
    }

    private LinuxLibrary() {}

    static native int statx(int folder, byte[] path, int flags, int mask, ByteBuffer into);

    static native int open(byte[] path, int flags, int mode);

    static native int close(int file);

    static native long read(int file, ByteBuffer into, long length);

    static native long pread(int file, ByteBuffer into, long length, long position);

    static native long pwrite(int file, ByteBuffer from, long length, long position);

    static native int ftruncate(int file, long length);

    static native long getdents64(int file, ByteBuffer into, long length);

    static native long readlink(byte[] path, ByteBuffer into, long length);

    static native long llistxattr(byte[] path, ByteBuffer into, long length);

    static native long lgetxattr(byte[] path, byte[] name, ByteBuffer into, long length);

    static native int lsetxattr(byte[] path, byte[] name, byte[] value, long length, int flags);

    static native int lremovexattr(byte[] path, byte[] name);

    static native int mkdir(byte[] path, int mode);

    static native int symlink(byte[] target, byte[] path);

    static native int link(byte[] existing, byte[] path);

    static native int mknod(byte[] path, int mode, long device);

    static native int lchown(byte[] path, int uid, int gid);

    static native int chmod(byte[] path, int mode);

    static native int utimensat(int folder, byte[] path, ByteBuffer times, int flags);

    static native int rename(byte[] from, byte[] to);

    static native int unlink(byte[] path);

    static native int rmdir(byte[] path);

    static native int geteuid();

    static native int getegid();

    static native Pointer getpwuid(int uid);

    static native Pointer getgrgid(int gid);

    static native String strerror(int error);
}
