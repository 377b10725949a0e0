/** Processor time, memory, medians, and the tables that say them. */
@NullMarked
package io.backstay.bench.measure;

import org.jspecify.annotations.NullMarked;
