package io.backstay.repository.index;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.backstay.model.Sha256;
import io.backstay.repository.json.GoJson;
import io.backstay.repository.json.MalformedJsonException;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackedBlob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An index file's plain JSON: packs, and the blobs of each. Unknown fields, such as other programs write, are left alone.
 * Indexes in the form that restic wrote before version 0.1 (a bare array) are not read.
 */
public final class IndexFile {
    /** How many blobs an index lists before it is written. */
    public static final int FULL_BLOBS = 50_000;

    private static final JsonFactory FACTORY = new JsonFactory();

    private IndexFile() {}

    /** Takes a pack from an index that is being read. */
    @FunctionalInterface
    public interface Visitor {
        /** A pack and its blobs, as they are listed. */
        void pack(Sha256 pack, List<PackedBlob> blobs);
    }

    /** The plain JSON of the packs. */
    public static byte[] json(Map<Sha256, List<PackedBlob>> packs) {
        GoJson json = new GoJson().beginObject().name("packs").beginArray();
        packs.forEach((pack, blobs) -> {
            json.beginObject().name("id").value(pack).name("blobs").beginArray();
            for (PackedBlob blob : blobs) {
                json.beginObject();
                json.name("id").value(blob.id());
                json.name("type").value(blob.type().text());
                json.name("offset").unsigned(blob.offset());
                json.name("length").unsigned(blob.length());
                if (blob.isCompressed()) {
                    json.name("uncompressed_length").unsigned(blob.uncompressedLength());
                }
                json.endObject();
            }
            json.endArray().endObject();
        });
        return json.endArray().endObject().lineEnd().bytes();
    }

    /** Reads an index, pack by pack. */
    public static void read(byte[] json, Visitor visitor) throws MalformedJsonException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            expect(parser.nextToken() == JsonToken.START_OBJECT, "it is no object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("packs") && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        pack(parser, visitor);
                    }
                } else {
                    parser.skipChildren();
                }
            }
            expect(parser.currentToken() == JsonToken.END_OBJECT, "it is cut off");
            expect(parser.nextToken() == null, "something follows its end");
        } catch (IOException e) {
            throw new MalformedJsonException("not readable as JSON", e);
        }
    }

    private static void pack(JsonParser parser, Visitor visitor) throws IOException, MalformedJsonException {
        expect(parser.currentToken() == JsonToken.START_OBJECT, "a pack is no object");
        Optional<Sha256> id = Optional.empty();
        List<PackedBlob> blobs = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals("id")) {
                id = Optional.of(id(parser));
            } else if (field.equals("blobs") && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    blobs.add(blob(parser));
                }
            } else {
                parser.skipChildren();
            }
        }
        expect(parser.currentToken() == JsonToken.END_OBJECT, "it is cut off");
        visitor.pack(id.orElseThrow(() -> new MalformedJsonException("a pack has no id")), blobs);
    }

    private static PackedBlob blob(JsonParser parser) throws IOException, MalformedJsonException {
        expect(parser.currentToken() == JsonToken.START_OBJECT, "a blob is no object");
        Optional<Sha256> id = Optional.empty();
        Optional<BlobType> type = Optional.empty();
        long offset = 0;
        long length = -1;
        long uncompressed = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "id" -> id = Optional.of(id(parser));
                case "type" -> type = BlobType.ofText(parser.getText());
                case "offset" -> offset = number(parser);
                case "length" -> length = number(parser);
                case "uncompressed_length" -> uncompressed = number(parser);
                default -> parser.skipChildren();
            }
        }
        expect(parser.currentToken() == JsonToken.END_OBJECT, "it is cut off");
        expect(length >= 0, "a blob has no length");
        return new PackedBlob(
                type.orElseThrow(() -> new MalformedJsonException("a blob is neither data nor tree")),
                id.orElseThrow(() -> new MalformedJsonException("a blob has no id")),
                offset,
                length,
                uncompressed);
    }

    private static Sha256 id(JsonParser parser) throws IOException, MalformedJsonException {
        expect(parser.currentToken() == JsonToken.VALUE_STRING && Sha256.isHex(parser.getText()), "an id is none");
        return Sha256.parse(parser.getText());
    }

    private static long number(JsonParser parser) throws IOException, MalformedJsonException {
        expect(parser.currentToken() == JsonToken.VALUE_NUMBER_INT, "an offset or length is no whole number");
        long number;
        try {
            number = parser.getLongValue();
        } catch (com.fasterxml.jackson.core.exc.InputCoercionException e) {
            throw new MalformedJsonException("an offset or length has more than 32 bits", e);
        }
        expect(number >= 0 && number <= PackedBlob.MAXIMUM, "an offset or length has more than 32 bits");
        return number;
    }

    private static void expect(boolean holds, String otherwise) throws MalformedJsonException {
        if (!holds) {
            throw new MalformedJsonException(otherwise);
        }
    }
}
