/**
 * How the manager's events and snapshots are stored: JSON with a logical name and a version, never a class's name, read
 * strictly. Entries: {@link io.backstay.manager.journal.EntryFormat}, {@link io.backstay.manager.journal.StateFormat},
 * {@link io.backstay.manager.journal.ManagerJournalSerializer}. Each version of an event has a golden file among the test
 * resources for ever. May import {@code model}, {@code manager.state}, {@code manager.command}, Jackson, and the serializer
 * Pekko.
 */
@NullMarked
package io.backstay.manager.journal;

import org.jspecify.annotations.NullMarked;
