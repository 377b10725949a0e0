package io.backstay.repository.tree;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.json.GoJson;
import io.backstay.repository.json.MalformedJsonException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A tree's plain bytes: {@code {"nodes":[…]}} and a line end. A writer is used once; it takes nodes in the order of their
 * names.
 */
public final class TreeJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final GoJson json = new GoJson().beginObject().name("nodes").beginArray();
    private ByteString last = ByteString.EMPTY;

    /**
     * Adds a node.
     *
     * @throws IllegalArgumentException where its name does not come behind that of the node before
     */
    public TreeJson add(Node node) {
        if (node.name().compareTo(last) <= 0) {
            throw new IllegalArgumentException("nodes must be in order and their names not empty");
        }
        last = node.name();
        NodeJson.write(node, json);
        return this;
    }

    /** The finished bytes. */
    public byte[] bytes() {
        return json.endArray().endObject().lineEnd().bytes();
    }

    /** The bytes of a tree of these nodes. */
    public static byte[] write(List<Node> nodes) {
        TreeJson tree = new TreeJson();
        nodes.forEach(tree::add);
        return tree.bytes();
    }

    /** Reads a tree. */
    public static List<Node> read(byte[] bytes) throws MalformedJsonException {
        List<Node> nodes = new ArrayList<>();
        try (JsonParser parser = MAPPER.createParser(bytes)) {
            expect(parser.nextToken() == JsonToken.START_OBJECT, "it is no object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("nodes") && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        nodes.add(NodeJson.read(parser));
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
        for (int i = 1; i < nodes.size(); i++) {
            expect(
                    nodes.get(i).name().compareTo(nodes.get(i - 1).name()) > 0,
                    "its nodes are not in order, or one is there twice");
        }
        return nodes;
    }

    private static void expect(boolean holds, String otherwise) throws MalformedJsonException {
        if (!holds) {
            throw new MalformedJsonException(otherwise);
        }
    }
}
