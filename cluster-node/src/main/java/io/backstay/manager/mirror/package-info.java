/**
 * The copy of the manager's state outside of the journal: {@link io.backstay.manager.mirror.StateMirror} is a place for it
 * (Redis, a folder), {@link io.backstay.manager.mirror.MirrorSeal} makes and checks copies,
 * {@link io.backstay.manager.mirror.MirrorWriter} keeps a place up to date,
 * {@link io.backstay.manager.mirror.MirrorAdoption} decides whether a copy may stand in for the journal. The mirror never
 * holds the service up: where it is away, its status says so. May import {@code model}, {@code cluster.view},
 * {@code cluster.identity}, {@code cluster.files}, {@code manager.state}, {@code manager.journal}, Jedis; no Pekko.
 */
@NullMarked
package io.backstay.manager.mirror;

import org.jspecify.annotations.NullMarked;
