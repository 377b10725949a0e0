/**
 * {@code deploy/local/ctl}: a client ({@link io.backstay.local.control.CtlCommand}) and the running launcher's ear
 * ({@link io.backstay.local.control.ControlServer}), one JSON object a line over a Unix socket that only its owner can open.
 */
@NullMarked
package io.backstay.local.control;

import org.jspecify.annotations.NullMarked;
