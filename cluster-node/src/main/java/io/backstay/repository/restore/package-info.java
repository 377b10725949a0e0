/**
 * Bringing files back: {@link io.backstay.repository.restore.Restore}. First the folders are walked and made, then the files'
 * parts are written pack by pack on all cores, then hard links and what belongs to folders.
 *
 * <p>Invariants: nothing is written outside of the target, whatever a name or a link in the snapshot says; a file appears under
 * its name only when it is whole, so that nothing that was there is half overwritten; what fails is reported and the rest goes
 * on. May import the format's packages, {@code files} and the root.
 */
@NullMarked
package io.backstay.repository.restore;

import org.jspecify.annotations.NullMarked;
