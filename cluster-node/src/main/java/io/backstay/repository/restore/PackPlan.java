package io.backstay.repository.restore;

import io.backstay.model.Sha256;
import io.backstay.repository.pack.PackedBlob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which blobs of one pack go where. */
final class PackPlan {
    /** Blobs that lie at most so far apart are read at once. */
    private static final long GAP_BYTES = 1 << 20;

    /** No more is read at once, but for a longer blob. */
    private static final long SEGMENT_BYTES = 8 << 20;

    private final Sha256 pack;
    private final Map<PackedBlob, List<Place>> places = new LinkedHashMap<>();

    /** A place in a file. */
    record Place(FileTarget file, long position) {}

    /** Blobs that are read at once, by their place in the pack. */
    record Segment(long offset, int length, List<PackedBlob> blobs) {}

    PackPlan(Sha256 pack) {
        this.pack = pack;
    }

    Sha256 pack() {
        return pack;
    }

    void add(PackedBlob blob, Place place) {
        places.computeIfAbsent(blob, unknown -> new ArrayList<>(1)).add(place);
    }

    List<Place> places(PackedBlob blob) {
        return places.getOrDefault(blob, List.of());
    }

    List<Segment> segments() {
        List<PackedBlob> blobs = new ArrayList<>(places.keySet());
        blobs.sort(Comparator.comparingLong(PackedBlob::offset));
        List<Segment> segments = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= blobs.size(); i++) {
            PackedBlob first = blobs.get(from);
            PackedBlob last = blobs.get(i - 1);
            long end = last.offset() + last.length();
            boolean close = i == blobs.size()
                    || blobs.get(i).offset() - end > GAP_BYTES
                    || blobs.get(i).offset() + blobs.get(i).length() - first.offset() > SEGMENT_BYTES;
            if (close) {
                segments.add(new Segment(
                        first.offset(), Math.toIntExact(end - first.offset()), List.copyOf(blobs.subList(from, i))));
                from = i;
            }
        }
        return segments;
    }
}
