package io.backstay.storage.entity;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.Catalogue;
import io.backstay.storage.protocol.CatalogueEvent;
import io.backstay.storage.protocol.ObjectRecord;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The binary form of a whole catalogue, version 2: magic, numbers, since version 2 why it has to be rebuilt where it has, the newest activation, a table of the sets of holders,
 * the objects by type (60 bytes each, for config its own hash once more), owed removals, and the
 * CRC-32C of all of it.
 */
final class CatalogueSnapshot {
    private static final int VERSION_1 = 0x42534331; // "BSC1"
    private static final int VERSION_2 = 0x42534332; // "BSC2"
    /** What one array holds, with room for all else. */
    private static final int MOST_OBJECTS = 35_000_000;

    private static final int NODE_BYTES = 2 * Long.BYTES;
    private static final int ACTIVATION_BYTES = 3 * Long.BYTES + NODE_BYTES;
    private static final int OBJECT_BYTES = Sha256.BYTES + 3 * Long.BYTES + Integer.BYTES;
    private static final int DEBT_BYTES = 1 + Sha256.BYTES + Long.BYTES + 1;

    private CatalogueSnapshot() {}

    static byte[] encode(Catalogue catalogue) {
        // One array of the right length: a buffer that grows and is copied would be several times a large catalogue.
        byte[] whole = new byte[length(catalogue)];
        Into bytes = new Into(whole);
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(bytes, 64 * 1024))) {
            out.writeInt(VERSION_2);
            out.writeLong(catalogue.journalRevision());
            out.writeLong(catalogue.offset());
            out.writeLong(catalogue.epoch());
            writeBehind(out, catalogue.behind());
            writeActivation(out, catalogue.lastActivation());
            List<Set<NodeId>> sets = holderSets(catalogue);
            Map<Set<NodeId>, Integer> numbers = new HashMap<>();
            out.writeInt(sets.size());
            for (Set<NodeId> set : sets) {
                numbers.put(set, numbers.size());
                CatalogueCodec.writeNodes(out, set);
            }
            for (ObjectType type : ObjectType.values()) {
                out.writeInt(catalogue.count(type));
                catalogue.forEach(type, (key, record) -> writeObject(out, key, record, numbers));
            }
            writeDebts(out, catalogue);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        if (bytes.left.remaining() != Integer.BYTES) {
            throw new IllegalStateException("a snapshot has another length than was computed");
        }
        CRC32C crc = new CRC32C();
        crc.update(whole, 0, whole.length - Integer.BYTES);
        ByteBuffer.wrap(whole).putInt(whole.length - Integer.BYTES, (int) crc.getValue());
        return whole;
    }

    private static int length(Catalogue catalogue) {
        // Magic, numbers, whether there is an activation.
        long length = Integer.BYTES + 3L * Long.BYTES + 1;
        length += behindLength(catalogue.behind());
        length += catalogue.lastActivation().isPresent() ? ACTIVATION_BYTES : 0;
        length += Integer.BYTES;
        for (Set<NodeId> set : holderSets(catalogue)) {
            length += Short.BYTES + (long) NODE_BYTES * set.size();
        }
        for (ObjectType type : ObjectType.values()) {
            int each = OBJECT_BYTES + (type == ObjectType.CONFIG ? Sha256.BYTES : 0);
            length += Integer.BYTES + (long) each * catalogue.count(type);
        }
        length += Integer.BYTES;
        for (NodeId node : catalogue.debtors()) {
            length += NODE_BYTES
                    + Integer.BYTES
                    + (long) DEBT_BYTES * catalogue.debts(node).size();
        }
        return Math.toIntExact(length + Integer.BYTES);
    }

    /** Fills an array; more than it holds is a mistake in {@link #length}. */
    private static final class Into extends OutputStream {
        private final ByteBuffer left;

        Into(byte[] array) {
            this.left = ByteBuffer.wrap(array);
        }

        @Override
        public void write(int one) {
            left.put((byte) one);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            left.put(bytes, offset, length);
        }
    }

    private static List<Set<NodeId>> holderSets(Catalogue catalogue) {
        Map<Set<NodeId>, Boolean> seen = new HashMap<>();
        List<Set<NodeId>> sets = new ArrayList<>();
        for (ObjectType type : ObjectType.values()) {
            catalogue.forEach(type, (key, record) -> {
                if (seen.put(record.holders(), true) == null) {
                    sets.add(record.holders());
                }
            });
        }
        return sets;
    }

    private static void writeBehind(DataOutputStream out, Optional<CatalogueEvent.FoundBehind> behind)
            throws IOException {
        out.writeBoolean(behind.isPresent());
        if (behind.isPresent()) {
            out.writeLong(behind.get().atMillis());
            CatalogueCodec.writeFoundBehind(out, behind.get());
        }
    }

    /** Its length depends on texts: it is written to be known. */
    private static int behindLength(Optional<CatalogueEvent.FoundBehind> behind) {
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                DataOutputStream out = new DataOutputStream(bytes)) {
            writeBehind(out, behind);
            return bytes.size();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    private static Optional<CatalogueEvent.FoundBehind> readBehind(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(CatalogueCodec.readFoundBehind(in.readLong(), in)) : Optional.empty();
    }

    private static void writeActivation(DataOutputStream out, Optional<CatalogueEvent.Activated> activation)
            throws IOException {
        out.writeBoolean(activation.isPresent());
        if (activation.isPresent()) {
            out.writeLong(activation.get().atMillis());
            out.writeLong(activation.get().epoch());
            CatalogueCodec.writeNode(out, activation.get().node());
            out.writeLong(activation.get().incarnation());
        }
    }

    private static void writeObject(
            DataOutputStream out, ObjectKey key, ObjectRecord record, Map<Set<NodeId>, Integer> sets) {
        try {
            writeHash(out, key.name());
            if (key.type() == ObjectType.CONFIG) {
                writeHash(out, record.sha256());
            }
            out.writeLong(record.sizeBytes());
            out.writeLong(record.storedAtMillis());
            out.writeLong(record.revision());
            out.writeInt(sets.getOrDefault(record.holders(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    private static void writeHash(DataOutputStream out, Sha256 hash) throws IOException {
        out.writeLong(hash.a());
        out.writeLong(hash.b());
        out.writeLong(hash.c());
        out.writeLong(hash.d());
    }

    private static void writeDebts(DataOutputStream out, Catalogue catalogue) throws IOException {
        out.writeInt(catalogue.debtors().size());
        for (NodeId node : catalogue.debtors()) {
            Map<ObjectKey, Catalogue.Debt> debts = catalogue.debts(node);
            CatalogueCodec.writeNode(out, node);
            out.writeInt(debts.size());
            for (Map.Entry<ObjectKey, Catalogue.Debt> debt : debts.entrySet()) {
                CatalogueCodec.writeKey(out, debt.getKey());
                out.writeLong(debt.getValue().revision());
                out.writeBoolean(debt.getValue().deleted());
            }
        }
    }

    /**
     * Reads a catalogue back.
     *
     * @throws BackstayException with {@link ErrorCode#INTERNAL} where it is damaged or of another version
     */
    static Catalogue decode(RepositoryId repository, byte[] bytes) {
        verify(bytes);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readInt();
            if (version != VERSION_1 && version != VERSION_2) {
                throw damaged("it is of another version");
            }
            Catalogue catalogue = new Catalogue(repository);
            catalogue.restore(
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    version == VERSION_2 ? readBehind(in) : Optional.empty(),
                    readActivation(in));
            List<Set<NodeId>> sets = new ArrayList<>();
            int setCount = CatalogueCodec.bounded(in.readInt(), MOST_OBJECTS);
            for (int i = 0; i < setCount; i++) {
                sets.add(Set.copyOf(CatalogueCodec.readNodes(in)));
            }
            for (ObjectType type : ObjectType.values()) {
                int count = CatalogueCodec.bounded(in.readInt(), MOST_OBJECTS);
                for (int i = 0; i < count; i++) {
                    readObject(in, type, sets, catalogue);
                }
            }
            readDebts(in, catalogue);
            return catalogue;
        } catch (IOException e) {
            throw new BackstayException(ErrorCode.INTERNAL, "a damaged snapshot of a catalogue", e);
        }
    }

    private static void verify(byte[] bytes) {
        if (bytes.length < 2 * Integer.BYTES) {
            throw damaged("it is cut short");
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        if (ByteBuffer.wrap(bytes).getInt(bytes.length - Integer.BYTES) != (int) crc.getValue()) {
            throw damaged("its checksum does not match");
        }
    }

    private static Optional<CatalogueEvent.Activated> readActivation(DataInputStream in) throws IOException {
        return in.readBoolean()
                ? Optional.of(new CatalogueEvent.Activated(
                        in.readLong(), in.readLong(), CatalogueCodec.readNode(in), in.readLong()))
                : Optional.empty();
    }

    private static void readObject(DataInputStream in, ObjectType type, List<Set<NodeId>> sets, Catalogue catalogue)
            throws IOException {
        Sha256 name = CatalogueCodec.readSha256(in);
        Sha256 content = type == ObjectType.CONFIG ? CatalogueCodec.readSha256(in) : name;
        long size = in.readLong();
        long storedAt = in.readLong();
        long revision = in.readLong();
        int set = CatalogueCodec.bounded(in.readInt(), sets.size() - 1);
        catalogue.restore(
                new ObjectKey(type, name), new ObjectRecord(size, content, storedAt, revision, sets.get(set)));
    }

    private static void readDebts(DataInputStream in, Catalogue catalogue) throws IOException {
        int debtors = CatalogueCodec.bounded(in.readInt(), MOST_OBJECTS);
        for (int i = 0; i < debtors; i++) {
            NodeId node = CatalogueCodec.readNode(in);
            int count = CatalogueCodec.bounded(in.readInt(), MOST_OBJECTS);
            for (int j = 0; j < count; j++) {
                catalogue.restore(
                        node, CatalogueCodec.readKey(in), new Catalogue.Debt(in.readLong(), in.readBoolean()));
            }
        }
    }

    private static BackstayException damaged(String why) {
        return new BackstayException(ErrorCode.INTERNAL, "a damaged snapshot of a catalogue: " + why);
    }
}
