package io.backstay.repository.files;

import static io.backstay.repository.files.LinuxLibrary.AT_EMPTY_PATH;
import static io.backstay.repository.files.LinuxLibrary.AT_FDCWD;
import static io.backstay.repository.files.LinuxLibrary.AT_SYMLINK_NOFOLLOW;
import static io.backstay.repository.files.LinuxLibrary.O_CLOEXEC;
import static io.backstay.repository.files.LinuxLibrary.O_CREAT;
import static io.backstay.repository.files.LinuxLibrary.O_DIRECTORY;
import static io.backstay.repository.files.LinuxLibrary.O_EXCL;
import static io.backstay.repository.files.LinuxLibrary.O_NOATIME;
import static io.backstay.repository.files.LinuxLibrary.O_NOFOLLOW;
import static io.backstay.repository.files.LinuxLibrary.O_NONBLOCK;
import static io.backstay.repository.files.LinuxLibrary.O_RDONLY;
import static io.backstay.repository.files.LinuxLibrary.O_RDWR;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.tree.Node;
import io.backstay.repository.tree.NodeType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntFunction;

/** {@link FileAccess} on Linux with 64 bits, by calls into the C library. */
public final class PosixFiles implements FileAccess {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int OWNER_ONLY = 0600;
    private static final int FOLDER_OWNER_ONLY = 0700;
    private static final byte[] NO_PATH = {0};

    /** Where the name begins in an entry of {@code getdents64}. */
    private static final int ENTRY_NAME = 19;

    private static final int ENTRY_LENGTH = 16;

    /** Each thread's room for what a call answers. */
    private final ThreadLocal<ByteBuffer> buffers = ThreadLocal.withInitial(
            () -> ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder()));

    private final ConcurrentMap<Integer, String> users = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, String> groups = new ConcurrentHashMap<>();

    @Override
    public FileStatus status(ByteString path) throws IOException {
        ByteBuffer into = buffer();
        check(
                LinuxLibrary.statx(
                        AT_FDCWD, terminated(path), AT_SYMLINK_NOFOLLOW, LinuxLibrary.STATX_BASIC_STATS, into),
                path);
        return Statx.read(into);
    }

    FileStatus status(int file, ByteString path) throws IOException {
        ByteBuffer into = buffer();
        check(LinuxLibrary.statx(file, NO_PATH, AT_EMPTY_PATH, LinuxLibrary.STATX_BASIC_STATS, into), path);
        return Statx.read(into);
    }

    @Override
    public List<ByteString> names(ByteString folder) throws IOException {
        int file = openAt(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        try {
            List<ByteString> names = new ArrayList<>();
            ByteBuffer entries = buffer();
            while (true) {
                long length = LinuxLibrary.getdents64(file, entries, entries.capacity());
                check(length, folder);
                if (length == 0) {
                    Collections.sort(names);
                    return names;
                }
                for (int at = 0; at < length; at += Short.toUnsignedInt(entries.getShort(at + ENTRY_LENGTH))) {
                    ByteString name = terminated(entries, at + ENTRY_NAME);
                    if (!isDots(name)) {
                        names.add(name);
                    }
                }
            }
        } finally {
            LinuxLibrary.close(file);
        }
    }

    @Override
    public ByteString linkTarget(ByteString path) throws IOException {
        ByteBuffer target = buffer();
        long length = check(LinuxLibrary.readlink(terminated(path), target, target.capacity()), path);
        return bytes(target, (int) length);
    }

    @Override
    public List<Node.ExtendedAttribute> extendedAttributes(ByteString path) throws IOException {
        byte[] terminated = terminated(path);
        ByteBuffer list = buffer();
        long length = LinuxLibrary.llistxattr(terminated, list, list.capacity());
        if (length < 0 && Native.getLastError() == LinuxLibrary.EOPNOTSUPP) {
            return List.of();
        }
        check(length, path);
        if (length == 0) {
            return List.of();
        }
        ByteString names = bytes(list, (int) length);
        List<Node.ExtendedAttribute> attributes = new ArrayList<>();
        int from = 0;
        while (from < names.length()) {
            int to = names.indexOf((byte) 0, from);
            ByteString name = ByteString.of(names.bytes(), from, to);
            ByteBuffer value = buffer();
            long valueLength = LinuxLibrary.lgetxattr(terminated, terminated(name), value, value.capacity());
            boolean gone = valueLength < 0 && Native.getLastError() == LinuxLibrary.ENODATA;
            if (!gone) {
                check(valueLength, path);
                attributes.add(new Node.ExtendedAttribute(
                        name, bytes(value, (int) valueLength).bytes()));
            }
            from = to + 1;
        }
        return attributes;
    }

    @Override
    public FileReader open(ByteString path) throws IOException {
        // Not blocking: what was a file may have become a pipe without a writer.
        int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
        byte[] terminated = terminated(path);
        int file = LinuxLibrary.open(terminated, flags | O_NOATIME | O_CLOEXEC, 0);
        if (file < 0 && Native.getLastError() == LinuxLibrary.EPERM) {
            file = openAt(path, flags);
        }
        return new PosixReader(this, path, (int) check(file, path));
    }

    @Override
    public void makeFolder(ByteString path) throws IOException {
        check(LinuxLibrary.mkdir(terminated(path), FOLDER_OWNER_ONLY), path);
    }

    @Override
    public FileWriter create(ByteString path) throws IOException {
        int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        return new PosixWriter(path, (int) check(LinuxLibrary.open(terminated(path), flags, OWNER_ONLY), path));
    }

    @Override
    public FileWriter change(ByteString path) throws IOException {
        return new PosixWriter(path, openAt(path, O_RDWR | O_NOFOLLOW));
    }

    @Override
    public void makeLink(ByteString path, ByteString target) throws IOException {
        check(LinuxLibrary.symlink(terminated(target), terminated(path)), path);
    }

    @Override
    public void makeHardLink(ByteString path, ByteString existing) throws IOException {
        check(LinuxLibrary.link(terminated(existing), terminated(path)), path);
    }

    @Override
    public void makeSpecial(ByteString path, NodeType type, long device) throws IOException {
        check(LinuxLibrary.mknod(terminated(path), Statx.typeBits(type) | OWNER_ONLY, device), path);
    }

    @Override
    public void setOwner(ByteString path, int uid, int gid) throws IOException {
        check(LinuxLibrary.lchown(terminated(path), uid, gid), path);
    }

    @Override
    public void setMode(ByteString path, int unixMode) throws IOException {
        check(LinuxLibrary.chmod(terminated(path), unixMode), path);
    }

    @Override
    public void setTimes(ByteString path, Instant modified, Instant accessed) throws IOException {
        ByteBuffer times = buffer();
        times.putLong(0, accessed.getEpochSecond());
        times.putLong(8, accessed.getNano());
        times.putLong(16, modified.getEpochSecond());
        times.putLong(24, modified.getNano());
        check(LinuxLibrary.utimensat(AT_FDCWD, terminated(path), times, AT_SYMLINK_NOFOLLOW), path);
    }

    @Override
    public void setExtendedAttribute(ByteString path, Node.ExtendedAttribute attribute) throws IOException {
        byte[] value = attribute.value();
        check(LinuxLibrary.lsetxattr(terminated(path), terminated(attribute.name()), value, value.length, 0), path);
    }

    @Override
    public void removeExtendedAttribute(ByteString path, ByteString name) throws IOException {
        check(LinuxLibrary.lremovexattr(terminated(path), terminated(name)), path);
    }

    @Override
    public void rename(ByteString from, ByteString to) throws IOException {
        check(LinuxLibrary.rename(terminated(from), terminated(to)), to);
    }

    @Override
    public void delete(ByteString path) throws IOException {
        check(LinuxLibrary.unlink(terminated(path)), path);
    }

    @Override
    public void deleteFolder(ByteString path) throws IOException {
        check(LinuxLibrary.rmdir(terminated(path)), path);
    }

    @Override
    public String userName(int uid) {
        return users.computeIfAbsent(uid, unknown -> firstField(LinuxLibrary::getpwuid, uid));
    }

    @Override
    public String groupName(int gid) {
        return groups.computeIfAbsent(gid, unknown -> firstField(LinuxLibrary::getgrgid, gid));
    }

    @Override
    public Optional<int[]> currentUser() {
        return Optional.of(new int[] {LinuxLibrary.geteuid(), LinuxLibrary.getegid()});
    }

    /** The entry's name, its first field. The library keeps one entry for all threads. */
    private static String firstField(IntFunction<Pointer> find, int number) {
        synchronized (PosixFiles.class) {
            Pointer entry = find.apply(number);
            return entry == null ? "" : entry.getPointer(0).getString(0, "UTF-8");
        }
    }

    private ByteBuffer buffer() {
        return buffers.get();
    }

    private static int openAt(ByteString path, int flags) throws IOException {
        return (int) check(LinuxLibrary.open(terminated(path), flags | O_CLOEXEC, 0), path);
    }

    private static long check(long result, ByteString path) throws IOException {
        if (result < 0) {
            throw PosixFailure.of(path, Native.getLastError());
        }
        return result;
    }

    private static boolean isDots(ByteString name) {
        return name.at(0) == '.' && (name.length() == 1 || name.length() == 2 && name.at(1) == '.');
    }

    private static byte[] terminated(ByteString text) {
        if (text.indexOf((byte) 0, 0) >= 0) {
            throw new IllegalArgumentException("a name with a byte 0");
        }
        byte[] bytes = text.bytes();
        return java.util.Arrays.copyOf(bytes, bytes.length + 1);
    }

    private static ByteString terminated(ByteBuffer buffer, int from) {
        int to = from;
        while (buffer.get(to) != 0) {
            to++;
        }
        byte[] bytes = new byte[to - from];
        buffer.get(from, bytes);
        return ByteString.of(bytes);
    }

    private static ByteString bytes(ByteBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.get(0, bytes);
        return ByteString.of(bytes);
    }
}
