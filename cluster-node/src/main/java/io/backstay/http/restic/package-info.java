/**
 * The restic REST protocol, versions 1 and 2, at {@code /restic/<repository>/}. Sources: restic {@code doc/REST_backend.rst},
 * and the code of restic and rest-server where the document is silent. Entry:
 * {@link io.backstay.http.restic.ResticRoutes}; {@link io.backstay.http.restic.ResticPath} and
 * {@link io.backstay.http.restic.ByteRange} are pure.
 */
@NullMarked
package io.backstay.http.restic;

import org.jspecify.annotations.NullMarked;
