/** What people see of a cluster: {@link io.backstay.local.table.NodeTable}. */
@NullMarked
package io.backstay.local.table;

import org.jspecify.annotations.NullMarked;
