package io.backstay.objects.memory;

import io.backstay.objects.Backend;
import io.backstay.objects.BackendContract;

final class MemoryBackendTest extends BackendContract {
    private final MemoryBackend backend = new MemoryBackend();

    @Override
    protected Backend backend() {
        return backend;
    }
}
