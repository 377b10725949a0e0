/**
 * Objects as plain files in the layout of restic's local backend, so that stock restic reads a full copy with
 * {@code -r <root>/<repository id>} (restic {@code doc/design.rst}, "Repository Layout"). Entry:
 * {@link io.backstay.objects.disk.DiskMedium}. What restic does not know stands beside the tree, on the same file system:
 *
 * <pre>
 * &lt;root&gt;/&lt;repository&gt;/{config,keys/,locks/,snapshots/,index/,data/&lt;2 hex&gt;/}   restic's tree, nothing else
 * &lt;root&gt;/.backstay/lock                                            held while a process uses the root
 * &lt;root&gt;/.backstay/reserve                                         room for epochs and removals on a full disk
 * &lt;root&gt;/.backstay/scrub                                           how far the search for damage has come
 * &lt;root&gt;/.backstay/foreign/                                         folders that lay where a file must be
 * &lt;root&gt;/.backstay/&lt;repository&gt;/sidecars/...                       one a file, same path as in the tree
 * &lt;root&gt;/.backstay/&lt;repository&gt;/trash/&lt;type&gt;/&lt;2 hex&gt;/...             removed files and markers, see TrashName
 * &lt;root&gt;/.backstay/&lt;repository&gt;/tmp/                               files being written; emptied at start
 * &lt;root&gt;/.backstay/&lt;repository&gt;/note                               the node's standing
 * </pre>
 *
 * <p>Save = temporary file, write, length check, fsync, sidecar, rename, fsync of the folder. A removal is one rename into
 * the trash, whose name carries the revision: file gone and marker there are one step. A file may be a hard link that two
 * repositories share, so none is ever written in place.
 */
@NullMarked
package io.backstay.objects.disk;

import org.jspecify.annotations.NullMarked;
