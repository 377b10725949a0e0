/**
 * The {@code backstay} command for clients: {@link io.backstay.cli.BackstayCommand} is its root; {@code node} adds what runs a
 * node. May import {@code model}, {@code objects}, {@code repository}, picocli.
 */
@NullMarked
package io.backstay.cli;

import org.jspecify.annotations.NullMarked;
