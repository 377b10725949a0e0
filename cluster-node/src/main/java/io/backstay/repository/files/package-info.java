/**
 * The file system of this machine as a backup needs it: names that are bytes, all kinds of files, owners, extended attributes,
 * times of links. {@link io.backstay.repository.files.FileAccess} is the one interface; {@code PosixFiles} implements it on
 * Linux by calls into the C library. Java's own file API has none of this, and cannot even name a file whose name is no text
 * in the JVM's encoding. May import {@code json} (for byte strings), {@code tree} (for types) and JNA.
 */
@NullMarked
package io.backstay.repository.files;

import org.jspecify.annotations.NullMarked;
