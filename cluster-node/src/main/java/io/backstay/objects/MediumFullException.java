package io.backstay.objects;

import java.io.IOException;

/** There is no room left on the medium; what was being written is gone. */
public final class MediumFullException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What was tried. */
    public MediumFullException(String what) {
        super(what);
    }

    /** What was tried, and how the medium refused. */
    public MediumFullException(String what, IOException cause) {
        super(what, cause);
    }
}
