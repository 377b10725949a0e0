/**
 * Ids, names and quantities that parse and print, and the error codes of the whole product. Everything here is immutable
 * and knows nothing but the JDK.
 */
@NullMarked
package io.backstay.model;

import org.jspecify.annotations.NullMarked;
