package io.backstay.storage.entity;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.CatalogueEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The binary form of a catalogue's events. Big-endian; a manifest {@code <logical name>:<version>} tells which layout
 * follows. Every layout that was ever written stays readable, and has a golden file in the tests.
 */
final class CatalogueCodec {
    /** Bounds on what is read back, so that a damaged length can't claim memory. */
    private static final int MOST_NODES = 10_000;

    private static final int MOST_KEYS = 100_000;
    private static final int LONGEST_TEXT = 4_096;

    private CatalogueCodec() {}

    static String manifest(CatalogueEvent event) {
        return switch (event) {
            case CatalogueEvent.Activated activated -> "activated:1";
            case CatalogueEvent.ObjectStored stored -> "object-stored:1";
            case CatalogueEvent.ObjectDeleted deleted -> "object-deleted:1";
            case CatalogueEvent.ObjectsDeleted deleted -> "objects-deleted:1";
            case CatalogueEvent.RemovalsPaid paid -> "removals-paid:1";
            case CatalogueEvent.ReplicasAdded added -> "replicas-added:1";
            case CatalogueEvent.ReplicasDropped dropped -> "replicas-dropped:1";
            case CatalogueEvent.FoundBehind found -> "found-behind:1";
            case CatalogueEvent.RebuildBegun begun -> "rebuild-begun:1";
            case CatalogueEvent.Rebuilt rebuilt -> "rebuilt:1";
            case CatalogueEvent.ObjectsRestored restored -> "objects-restored:1";
        };
    }

    static byte[] encode(CatalogueEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(event.atMillis());
            switch (event) {
                case CatalogueEvent.Activated activated -> {
                    out.writeLong(activated.epoch());
                    writeNode(out, activated.node());
                    out.writeLong(activated.incarnation());
                }
                case CatalogueEvent.ObjectStored stored -> {
                    writeKey(out, stored.key());
                    out.writeLong(stored.sizeBytes());
                    out.write(stored.sha256().bytes());
                    writeNodes(out, stored.holders());
                    writeText(out, stored.by());
                }
                case CatalogueEvent.ObjectDeleted deleted -> {
                    writeKey(out, deleted.key());
                    writeNodes(out, deleted.owing());
                    writeText(out, deleted.by());
                }
                case CatalogueEvent.ObjectsDeleted deleted -> {
                    writeKeys(out, deleted.keys());
                    writeNodes(out, deleted.owing());
                    writeText(out, deleted.by());
                }
                case CatalogueEvent.RemovalsPaid paid -> {
                    writeNode(out, paid.node());
                    out.writeLong(paid.throughRevision());
                }
                case CatalogueEvent.ReplicasAdded added -> {
                    writeNode(out, added.node());
                    writeKeys(out, added.keys());
                }
                case CatalogueEvent.ReplicasDropped dropped -> {
                    writeNode(out, dropped.node());
                    writeKeys(out, dropped.keys());
                    writeText(out, dropped.why());
                }
                case CatalogueEvent.FoundBehind found -> writeFoundBehind(out, found);
                case CatalogueEvent.RebuildBegun begun -> out.writeLong(begun.floor());
                case CatalogueEvent.ObjectsRestored restored -> {
                    writeNodes(out, restored.holders());
                    out.writeInt(restored.objects().size());
                    for (CatalogueEvent.RestoredObject object : restored.objects()) {
                        writeKey(out, object.key());
                        out.writeLong(object.sizeBytes());
                        out.write(object.sha256().bytes());
                    }
                    writeText(out, restored.by());
                }
                case CatalogueEvent.Rebuilt rebuilt -> {
                    out.writeLong(rebuilt.objects());
                    writeText(out, rebuilt.by());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads an event back.
     *
     * @throws BackstayException with {@link ErrorCode#INTERNAL} where the manifest is of a newer version of Backstay or the
     *     bytes are damaged
     */
    static CatalogueEvent decode(String manifest, byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            long at = in.readLong();
            CatalogueEvent event = switch (manifest) {
                case "activated:1" -> new CatalogueEvent.Activated(at, in.readLong(), readNode(in), in.readLong());
                case "object-stored:1" ->
                    new CatalogueEvent.ObjectStored(
                            at, readKey(in), in.readLong(), readSha256(in), readNodes(in), readText(in));
                case "object-deleted:1" ->
                    new CatalogueEvent.ObjectDeleted(at, readKey(in), readNodes(in), readText(in));
                case "objects-deleted:1" ->
                    new CatalogueEvent.ObjectsDeleted(at, readKeys(in), readNodes(in), readText(in));
                case "removals-paid:1" -> new CatalogueEvent.RemovalsPaid(at, readNode(in), in.readLong());
                case "replicas-added:1" -> new CatalogueEvent.ReplicasAdded(at, readNode(in), readKeys(in));
                case "replicas-dropped:1" ->
                    new CatalogueEvent.ReplicasDropped(at, readNode(in), readKeys(in), readText(in));
                case "found-behind:1" -> readFoundBehind(at, in);
                case "rebuild-begun:1" -> new CatalogueEvent.RebuildBegun(at, in.readLong());
                case "objects-restored:1" ->
                    new CatalogueEvent.ObjectsRestored(at, readNodes(in), readObjects(in), readText(in));
                case "rebuilt:1" -> new CatalogueEvent.Rebuilt(at, in.readLong(), readText(in));
                default ->
                    throw new BackstayException(
                            ErrorCode.INTERNAL,
                            "the catalogue's journal has an event of a kind unknown to this version: " + manifest);
            };
            if (in.read() != -1) {
                throw damaged(manifest);
            }
            return event;
        } catch (IOException e) {
            throw new BackstayException(
                    ErrorCode.INTERNAL, "a damaged event in the catalogue's journal: " + manifest, e);
        }
    }

    private static BackstayException damaged(String what) {
        return new BackstayException(ErrorCode.INTERNAL, "a damaged event in the catalogue's journal: " + what);
    }

    static void writeNode(DataOutputStream out, NodeId node) throws IOException {
        out.writeLong(node.value().getMostSignificantBits());
        out.writeLong(node.value().getLeastSignificantBits());
    }

    static NodeId readNode(DataInputStream in) throws IOException {
        return new NodeId(new UUID(in.readLong(), in.readLong()));
    }

    static void writeNodes(DataOutputStream out, Collection<NodeId> nodes) throws IOException {
        out.writeShort(nodes.size());
        for (NodeId node : new TreeSet<>(nodes)) {
            writeNode(out, node);
        }
    }

    static Set<NodeId> readNodes(DataInputStream in) throws IOException {
        int count = bounded(in.readUnsignedShort(), MOST_NODES);
        Set<NodeId> nodes = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            nodes.add(readNode(in));
        }
        return nodes;
    }

    static void writeKey(DataOutputStream out, ObjectKey key) throws IOException {
        out.writeByte(key.type().number());
        out.write(key.name().bytes());
    }

    static ObjectKey readKey(DataInputStream in) throws IOException {
        ObjectType type = ObjectType.ofNumber(in.readUnsignedByte()).orElseThrow(() -> damaged("an object's type"));
        return new ObjectKey(type, readSha256(in));
    }

    private static void writeKeys(DataOutputStream out, List<ObjectKey> keys) throws IOException {
        out.writeInt(keys.size());
        for (ObjectKey key : keys) {
            writeKey(out, key);
        }
    }

    private static List<ObjectKey> readKeys(DataInputStream in) throws IOException {
        int count = bounded(in.readInt(), MOST_KEYS);
        List<ObjectKey> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(readKey(in));
        }
        return keys;
    }

    private static List<CatalogueEvent.RestoredObject> readObjects(DataInputStream in) throws IOException {
        int count = bounded(in.readInt(), MOST_KEYS);
        List<CatalogueEvent.RestoredObject> objects = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            objects.add(new CatalogueEvent.RestoredObject(readKey(in), in.readLong(), readSha256(in)));
        }
        return objects;
    }

    /** Without its time. */
    static void writeFoundBehind(DataOutputStream out, CatalogueEvent.FoundBehind found) throws IOException {
        writeText(out, found.why());
        writeText(out, found.by());
        out.writeBoolean(found.incomplete());
    }

    static CatalogueEvent.FoundBehind readFoundBehind(long atMillis, DataInputStream in) throws IOException {
        return new CatalogueEvent.FoundBehind(atMillis, readText(in), readText(in), in.readBoolean());
    }

    static Sha256 readSha256(DataInputStream in) throws IOException {
        return new Sha256(in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        out.writeUTF(text.length() > LONGEST_TEXT / 4 ? text.substring(0, LONGEST_TEXT / 4) : text);
    }

    private static String readText(DataInputStream in) throws IOException {
        return in.readUTF();
    }

    static int bounded(int value, int most) {
        if (value < 0 || value > most) {
            throw damaged("a length of " + value);
        }
        return value;
    }
}
