/**
 * The repository's one {@code config}: {@link io.backstay.repository.config.RepositoryConfig}. May import {@code model},
 * {@code json}, {@code chunker}.
 */
@NullMarked
package io.backstay.repository.config;

import org.jspecify.annotations.NullMarked;
