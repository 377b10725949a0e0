/**
 * Objects in memory, for tests and for stores that need not last; passes the same contract suite as the disk. Entry:
 * {@link io.backstay.objects.memory.MemoryMedium}.
 */
@NullMarked
package io.backstay.objects.memory;

import org.jspecify.annotations.NullMarked;
