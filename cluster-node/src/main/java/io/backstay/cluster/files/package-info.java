/**
 * Small files that survive a crash. Entry: {@link io.backstay.cluster.files.DurableFile}. Knows nothing but the JDK.
 */
@NullMarked
package io.backstay.cluster.files;

import org.jspecify.annotations.NullMarked;
