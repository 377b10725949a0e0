/** The servers that are measured, each started fresh; begin at {@link io.backstay.bench.contender.Contender}. */
@NullMarked
package io.backstay.bench.contender;

import org.jspecify.annotations.NullMarked;
