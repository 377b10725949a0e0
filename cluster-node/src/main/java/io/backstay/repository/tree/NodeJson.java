package io.backstay.repository.tree;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.core.exc.StreamReadException;
import io.backstay.model.Sha256;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.json.GoJson;
import io.backstay.repository.json.GoTime;
import io.backstay.repository.json.MalformedJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One node as JSON, the fields in restic's order, empty ones left out where restic leaves them out. */
final class NodeJson {
    private static final OffsetDateTime ZERO_TIME = OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
    private static final long MAXIMUM_MODE = 0xffff_ffffL;

    private NodeJson() {}

    static void write(Node node, GoJson json) {
        json.beginObject();
        json.name("name").value(GoQuote.quote(node.name()));
        json.name("type").value(node.type().text());
        number(json, "mode", node.mode());
        json.name("mtime").value(node.times().modified());
        json.name("atime").value(node.times().accessed());
        json.name("ctime").value(node.times().changed());
        json.name("uid").unsigned(Integer.toUnsignedLong(node.owner().uid()));
        json.name("gid").unsigned(Integer.toUnsignedLong(node.owner().gid()));
        text(json, "user", node.owner().user());
        text(json, "group", node.owner().group());
        number(json, "inode", node.inode());
        number(json, "device_id", node.deviceId());
        number(json, "size", node.size());
        number(json, "links", node.links());
        if (!node.linkTarget().isEmpty()) {
            json.name("linktarget").value(node.linkTarget());
            if (!node.linkTarget().isUtf8()) {
                json.name("linktarget_raw").base64(node.linkTarget().bytes());
            }
        }
        if (!node.extendedAttributes().isEmpty()) {
            json.name("extended_attributes").beginArray();
            for (Node.ExtendedAttribute attribute : node.extendedAttributes()) {
                json.beginObject();
                json.name("name").value(attribute.name());
                json.name("value").base64(attribute.value());
                json.endObject();
            }
            json.endArray();
        }
        if (!node.genericAttributes().isEmpty()) {
            json.name("generic_attributes").beginObject();
            node.genericAttributes().forEach((name, value) -> json.name(name).verbatim(value));
            json.endObject();
        }
        number(json, "device", node.device());
        json.name("content");
        if (node.content().isEmpty()) {
            json.nothing();
        } else {
            json.beginArray();
            node.content().get().forEach(json::value);
            json.endArray();
        }
        node.subtree().ifPresent(tree -> json.name("subtree").value(tree));
        text(json, "error", node.error());
        json.endObject();
    }

    private static void number(GoJson json, String name, long number) {
        if (number != 0) {
            json.name(name).unsigned(number);
        }
    }

    private static void text(GoJson json, String name, String text) {
        if (!text.isEmpty()) {
            json.name(name).value(text);
        }
    }

    static Node read(JsonParser parser) throws IOException, MalformedJsonException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new MalformedJsonException("a node is no object");
        }
        Fields fields = new Fields();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                fields.read(field, parser);
            }
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw new MalformedJsonException("it is cut off");
        }
        return fields.node();
    }

    /** What has been read of a node. */
    private static final class Fields {
        private ByteString name = ByteString.EMPTY;
        private Optional<NodeType> type = Optional.empty();
        private long mode;
        private OffsetDateTime modified = ZERO_TIME;
        private OffsetDateTime accessed = ZERO_TIME;
        private OffsetDateTime changed = ZERO_TIME;
        private int uid;
        private int gid;
        private String user = "";
        private String group = "";
        private long inode;
        private long deviceId;
        private long size;
        private long links;
        private ByteString linkTarget = ByteString.EMPTY;
        private Optional<ByteString> rawLinkTarget = Optional.empty();
        private List<Node.ExtendedAttribute> extendedAttributes = List.of();
        private Map<String, byte[]> genericAttributes = Map.of();
        private long device;
        private Optional<List<Sha256>> content = Optional.empty();
        private Optional<Sha256> subtree = Optional.empty();
        private String error = "";

        void read(String field, JsonParser parser) throws IOException, MalformedJsonException {
            switch (field) {
                case "name" -> name = GoQuote.unquote(text(parser));
                case "type" -> type = Optional.of(type(parser));
                case "mode" -> mode = mode(parser);
                case "mtime" -> modified = time(parser);
                case "atime" -> accessed = time(parser);
                case "ctime" -> changed = time(parser);
                case "uid" -> uid = id32(parser);
                case "gid" -> gid = id32(parser);
                case "user" -> user = text(parser);
                case "group" -> group = text(parser);
                case "inode" -> inode = unsigned(parser);
                case "device_id" -> deviceId = unsigned(parser);
                case "size" -> size = unsigned(parser);
                case "links" -> links = unsigned(parser);
                case "linktarget" -> linkTarget = ByteString.utf8(text(parser));
                case "linktarget_raw" -> rawLinkTarget = Optional.of(ByteString.of(base64(parser)));
                case "extended_attributes" -> extendedAttributes = attributes(parser);
                case "generic_attributes" -> genericAttributes = generic(parser);
                case "device" -> device = unsigned(parser);
                case "content" -> content = Optional.of(content(parser));
                case "subtree" -> subtree = Optional.of(id(parser));
                case "error" -> error = text(parser);
                default -> parser.skipChildren();
            }
        }

        Node node() throws MalformedJsonException {
            if (name.isEmpty()) {
                throw new MalformedJsonException("a node has no name");
            }
            if (size < 0) {
                throw new MalformedJsonException("a node's size is above 2^63");
            }
            return new Node(
                    name,
                    type.orElseThrow(() -> new MalformedJsonException("a node has no type")),
                    mode,
                    new Node.Times(modified, accessed, changed),
                    new Node.Owner(uid, gid, user, group),
                    inode,
                    deviceId,
                    size,
                    links,
                    rawLinkTarget.orElse(linkTarget),
                    extendedAttributes,
                    genericAttributes,
                    device,
                    content,
                    subtree,
                    error);
        }
    }

    private static String text(JsonParser parser) throws IOException, MalformedJsonException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(parser, "a string");
        }
        return parser.getText();
    }

    private static NodeType type(JsonParser parser) throws IOException, MalformedJsonException {
        return NodeType.ofText(text(parser)).orElseThrow(() -> new MalformedJsonException("a node's type is unknown"));
    }

    private static OffsetDateTime time(JsonParser parser) throws IOException, MalformedJsonException {
        try {
            return GoTime.parse(text(parser));
        } catch (DateTimeException e) {
            throw new MalformedJsonException("a node's time is none", e);
        }
    }

    private static long unsigned(JsonParser parser) throws IOException, MalformedJsonException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getTextLength() > 20) {
            throw wrong(parser, "a whole number");
        }
        try {
            return Long.parseUnsignedLong(parser.getText());
        } catch (NumberFormatException e) {
            throw new MalformedJsonException("a node's number is out of range", e);
        }
    }

    private static long mode(JsonParser parser) throws IOException, MalformedJsonException {
        long mode = unsigned(parser);
        if (mode < 0 || mode > MAXIMUM_MODE) {
            throw new MalformedJsonException("a node's mode has more than 32 bits");
        }
        return mode;
    }

    private static int id32(JsonParser parser) throws IOException, MalformedJsonException {
        long number = unsigned(parser);
        if (number < 0 || number > MAXIMUM_MODE) {
            throw new MalformedJsonException("a node's owner has more than 32 bits");
        }
        return (int) number;
    }

    private static byte[] base64(JsonParser parser) throws IOException, MalformedJsonException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(parser, "bytes in base 64");
        }
        try {
            return parser.getBinaryValue();
        } catch (StreamReadException e) {
            throw new MalformedJsonException("a node's bytes are not base 64", e);
        }
    }

    private static Sha256 id(JsonParser parser) throws IOException, MalformedJsonException {
        String text = text(parser);
        if (!Sha256.isHex(text)) {
            throw new MalformedJsonException("a node's id is none");
        }
        return Sha256.parse(text);
    }

    private static List<Sha256> content(JsonParser parser) throws IOException, MalformedJsonException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(parser, "a list of ids");
        }
        List<Sha256> ids = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            ids.add(id(parser));
        }
        return List.copyOf(ids);
    }

    private static List<Node.ExtendedAttribute> attributes(JsonParser parser)
            throws IOException, MalformedJsonException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(parser, "a list of attributes");
        }
        List<Node.ExtendedAttribute> attributes = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw wrong(parser, "an attribute");
            }
            ByteString name = ByteString.EMPTY;
            byte[] value = new byte[0];
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken token = parser.nextToken();
                if (field.equals("name")) {
                    name = ByteString.utf8(text(parser));
                } else if (field.equals("value") && token != JsonToken.VALUE_NULL) {
                    value = base64(parser);
                } else {
                    parser.skipChildren();
                }
            }
            attributes.add(new Node.ExtendedAttribute(name, value));
        }
        return List.copyOf(attributes);
    }

    private static Map<String, byte[]> generic(JsonParser parser) throws IOException, MalformedJsonException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong(parser, "an object");
        }
        Map<String, byte[]> attributes = new TreeMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            TreeNode value = parser.readValueAsTree();
            attributes.put(name, value.toString().getBytes(StandardCharsets.UTF_8));
        }
        return attributes;
    }

    private static MalformedJsonException wrong(JsonParser parser, String expected) throws IOException {
        return new MalformedJsonException("a node's \"%s\" is not %s".formatted(parser.currentName(), expected));
    }
}
