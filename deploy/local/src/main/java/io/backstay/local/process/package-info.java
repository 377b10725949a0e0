/**
 * Processes of their own: {@link io.backstay.local.process.ChildProcess} is one run of a program,
 * {@link io.backstay.local.process.Supervised} keeps a program running. A child leaves the launcher's session, so that
 * Ctrl-C in the terminal reaches the launcher alone, and notes its own pid before its program begins, so that what
 * outlives a killed launcher is found by the next one. Knows nothing of what it runs.
 */
@NullMarked
package io.backstay.local.process;

import org.jspecify.annotations.NullMarked;
