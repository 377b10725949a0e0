package io.backstay.objects;

import io.backstay.model.ObjectKey;
import java.io.IOException;

/** The object on the medium is not what was written. Trying again does not help; another replica may. */
public final class DamagedObjectException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with which object. */
    public DamagedObjectException(ObjectKey key, String what) {
        super(key + " is damaged: " + what);
    }

    /** The same, where reading failed. */
    public DamagedObjectException(ObjectKey key, String what, IOException cause) {
        super(key + " is damaged: " + what, cause);
    }
}
