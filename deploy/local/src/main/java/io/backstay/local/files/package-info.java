/** Small files of the launcher: replaced atomically, secrets for the owner alone. Uses nothing of the launcher. */
@NullMarked
package io.backstay.local.files;

import org.jspecify.annotations.NullMarked;
