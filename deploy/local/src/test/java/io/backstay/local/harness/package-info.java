/**
 * Tests against real processes: {@link io.backstay.local.harness.LocalCluster} is a JUnit extension that runs a cluster for a
 * test class, on the same launcher as {@code deploy/local/up}; {@link io.backstay.local.harness.Restic} runs the stock client,
 * {@link io.backstay.local.harness.Api} speaks to a node. Tests wait on conditions with {@link io.backstay.local.harness.Await}.
 */
@NullMarked
package io.backstay.local.harness;

import org.jspecify.annotations.NullMarked;
