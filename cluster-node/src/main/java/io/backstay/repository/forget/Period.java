package io.backstay.repository.forget;

import java.time.OffsetDateTime;
import java.time.temporal.IsoFields;

/** What a rule keeps one snapshot of. */
public enum Period {
    /** Each snapshot. */
    LAST("last snapshot"),
    HOURLY("hourly snapshot"),
    DAILY("daily snapshot"),
    WEEKLY("weekly snapshot"),
    MONTHLY("monthly snapshot"),
    YEARLY("yearly snapshot");

    private final String reason;

    Period(String reason) {
        this.reason = reason;
    }

    /** What restic says when it keeps one for this. */
    String reason() {
        return reason;
    }

    /**
     * A number that is the same for snapshots of the same period, by the calendar where they were made.
     *
     * @param position among all snapshots
     */
    int of(OffsetDateTime time, int position) {
        return switch (this) {
            case LAST -> position;
            case HOURLY -> date(time) * 100 + time.getHour();
            case DAILY -> date(time);
            case WEEKLY -> time.get(IsoFields.WEEK_BASED_YEAR) * 100 + time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case MONTHLY -> time.getYear() * 100 + time.getMonthValue();
            case YEARLY -> time.getYear();
        };
    }

    private static int date(OffsetDateTime time) {
        return time.getYear() * 10_000 + time.getMonthValue() * 100 + time.getDayOfMonth();
    }
}
