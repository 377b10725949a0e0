package io.backstay.repository.restore;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.repository.crypto.ContentHash;
import io.backstay.repository.files.FileAccess;
import io.backstay.repository.files.FileReader;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.index.BlobPlace;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.tree.Node;
import java.io.IOException;
import java.util.Map;

/** Reads restored files again and compares each part with its id. */
final class Verification {
    private final BlobIndex index;
    private final FileAccess files;
    private final Course course;
    private final ContentHash hash = new ContentHash();

    Verification(BlobIndex index, FileAccess files, Course course) {
        this.index = index;
        this.files = files;
        this.course = course;
    }

    void verify(Map<ByteString, Node> restored) {
        restored.forEach((path, node) -> {
            try {
                verify(path, node);
            } catch (IOException | BackstayException e) {
                course.problem(path, e);
            }
        });
    }

    private void verify(ByteString path, Node node) throws IOException {
        try (FileReader reader = files.open(path)) {
            for (BlobPlace part : FileContents.parts(index, node)) {
                byte[] bytes = new byte[Math.toIntExact(FileContents.plainLength(part.blob()))];
                int filled = 0;
                while (filled < bytes.length) {
                    int count = reader.read(bytes, filled, bytes.length - filled);
                    if (count < 0) {
                        throw new BackstayException(ErrorCode.CONTENT_TRUNCATED, "it is shorter than it should be");
                    }
                    filled += count;
                }
                if (!hash.of(bytes).equals(part.blob().id())) {
                    throw new BackstayException(ErrorCode.CONTENT_MISMATCH, "it reads otherwise than it was written");
                }
            }
            if (reader.read(new byte[1], 0, 1) >= 0) {
                throw new BackstayException(ErrorCode.CONTENT_MISMATCH, "it is longer than it should be");
            }
        }
    }
}
