package io.backstay.repository.check;

import io.backstay.model.Sha256;

/** Which packs are read whole. */
@FunctionalInterface
public interface DataSample {
    /** None: only the structure is checked. */
    DataSample NONE = pack -> false;

    /** All. */
    DataSample ALL = pack -> true;

    /** Whether this one. */
    boolean includes(Sha256 pack);

    /**
     * One of so many equal parts, as restic's {@code --read-data-subset n/t} takes them: all parts together are everything.
     *
     * @param part from 1 on
     */
    static DataSample part(int part, int parts) {
        if (parts < 1 || parts > 256 || part < 1 || part > parts) {
            throw new IllegalArgumentException("there are 1 to 256 parts, counted from 1");
        }
        return pack -> (int) (pack.a() >>> 56) % parts == part - 1;
    }
}
