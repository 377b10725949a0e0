/**
 * Cutting of files into chunks by their content, exactly where restic cuts them:
 * {@link io.backstay.repository.chunker.Chunker}, by the repository's {@link io.backstay.repository.chunker.Polynomial}. May
 * import nothing but the JDK.
 */
@NullMarked
package io.backstay.repository.chunker;

import org.jspecify.annotations.NullMarked;
