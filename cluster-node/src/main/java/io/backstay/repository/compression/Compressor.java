package io.backstay.repository.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/** Makes zstd frames that carry their length and no checksum. Not safe for use by several threads; close it. */
public final class Compressor implements AutoCloseable {
    private final ZstdCompressCtx context;

    /** One that tries so hard. */
    public Compressor(Level level) {
        context = new ZstdCompressCtx()
                .setLevel(level.zstd())
                .setContentSize(true)
                .setChecksum(false);
    }

    /** How long the frame of so many bytes can be at most. */
    public static int boundBytes(int length) {
        return Math.toIntExact(Zstd.compressBound(length));
    }

    /** Compresses a part of an array into another, which has room for {@link #boundBytes}; answers the frame's length. */
    public int compress(byte[] source, int from, int length, byte[] into, int at) {
        return context.compressByteArray(into, at, into.length - at, source, from, length);
    }

    @Override
    public void close() {
        context.close();
    }
}
