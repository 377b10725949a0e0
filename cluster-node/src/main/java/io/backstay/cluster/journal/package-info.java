/**
 * The database that event-sourced actors of other rooms write to: {@link io.backstay.cluster.journal.JournalSettings} is
 * where it is, {@link io.backstay.cluster.journal.JournalConfig} makes pekko-persistence-jdbc use it, and
 * {@link io.backstay.cluster.journal.JournalDatabase} makes its tables and refuses a database that loses what it has
 * acknowledged. May import {@code model}.
 */
@NullMarked
package io.backstay.cluster.journal;

import org.jspecify.annotations.NullMarked;
