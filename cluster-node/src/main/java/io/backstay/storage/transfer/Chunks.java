package io.backstay.storage.transfer;

import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntity.ChunkStreamPart;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.stream.javadsl.Source;

/** A chunked body with a trailer, which Pekko's Java API can read but not make. */
final class Chunks {
    private Chunks() {}

    static ResponseEntity entity(ContentType type, Source<ChunkStreamPart, ?> parts) {
        return new HttpEntity.Chunked(
                (org.apache.pekko.http.scaladsl.model.ContentType) type,
                parts.map(part -> (HttpEntity.ChunkStreamPart) part)
                        .<Object>mapMaterializedValue(value -> value)
                        .asScala());
    }
}
