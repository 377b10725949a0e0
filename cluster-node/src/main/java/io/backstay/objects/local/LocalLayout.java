package io.backstay.objects.local;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import java.nio.file.Path;
import java.util.Locale;

/** Which file holds which object: {@code config}, {@code keys/<id>}, …, {@code data/<first two digits>/<id>}. */
record LocalLayout(Path root) {
    Path file(ObjectKey key) {
        if (key.type() == ObjectType.CONFIG) {
            return root.resolve(ObjectType.CONFIG.path());
        }
        String name = key.name().toString();
        Path folder = folder(key.type());
        return key.type() == ObjectType.DATA
                ? folder.resolve(name.substring(0, 2)).resolve(name)
                : folder.resolve(name);
    }

    Path folder(ObjectType type) {
        return root.resolve(type.path());
    }

    Path dataFolder(int firstByte) {
        return folder(ObjectType.DATA).resolve(String.format(Locale.ROOT, "%02x", firstByte));
    }
}
