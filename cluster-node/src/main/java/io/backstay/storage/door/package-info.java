/**
 * What a client's request turns into: {@link io.backstay.storage.door.ObjectDoor} is what routes call. It asks the
 * repository's entity, streams to and from storage nodes, and answers when the protocol says so.
 */
@NullMarked
package io.backstay.storage.door;

import org.jspecify.annotations.NullMarked;
