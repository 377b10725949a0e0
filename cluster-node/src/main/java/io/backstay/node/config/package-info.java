/**
 * A node's configuration: {@link io.backstay.node.config.Keys} documents every key in one place,
 * {@link io.backstay.node.config.ConfigurationReader} reads them from a HOCON file and the environment and reports all
 * problems together, {@link io.backstay.node.config.NodeConfiguration} is the immutable result. Secrets print as
 * {@code [hidden]}.
 */
@NullMarked
package io.backstay.node.config;

import org.jspecify.annotations.NullMarked;
