/**
 * Which pack holds which blob. {@link io.backstay.repository.index.IndexFile} reads and writes the files (restic
 * {@code doc/design.rst}, "Indexing"); {@link io.backstay.repository.index.BlobIndex} is all of them in memory, 60 to 70 bytes
 * a blob. May import {@code model}, {@code pack}, {@code json}, Jackson's core.
 */
@NullMarked
package io.backstay.repository.index;

import org.jspecify.annotations.NullMarked;
