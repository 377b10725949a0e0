package io.backstay.repository.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Reads zstd frames. Not safe for use by several threads; close it. */
public final class Decompressor implements AutoCloseable {
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();

    /**
     * Unpacks a frame whose content must have exactly the expected length. Where the frame itself names a length, that is
     * compared before anything is written.
     */
    public void decompress(byte[] source, int from, int length, byte[] into, int at, int expected)
            throws BrokenCompressionException {
        check(source, from, length, expected);
        try {
            int unpacked = context.decompressByteArray(into, at, expected, source, from, length);
            if (unpacked != expected) {
                throw new BrokenCompressionException("%d bytes where %d were said".formatted(unpacked, expected));
            }
        } catch (ZstdException e) {
            throw new BrokenCompressionException("no zstd frame of %d bytes".formatted(expected), e);
        }
    }

    /** Refuses a frame that names another length than expected; to be called before room is made for the content. */
    public void check(byte[] source, int from, int length, int expected) throws BrokenCompressionException {
        long named = Zstd.getFrameContentSize(source, from, length);
        if (named > 0 && named != expected) {
            throw new BrokenCompressionException("the frame names %d bytes, not %d".formatted(named, expected));
        }
    }

    /** Unpacks a frame whose length is not known, up to a limit. */
    public byte[] decompress(byte[] source, int from, int length, int limit) throws BrokenCompressionException {
        try (ZstdInputStreamNoFinalizer stream =
                new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(source, from, length))) {
            byte[] content = stream.readNBytes(limit);
            if (stream.read() >= 0) {
                throw new BrokenCompressionException("more than %d bytes".formatted(limit));
            }
            return content;
        } catch (IOException e) {
            throw new BrokenCompressionException("no whole zstd frame", e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
