package io.backstay.repository.forget;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A span of time as restic's {@code --keep-within} takes it, such as {@code 1y5m7d2h}. */
public record KeepDuration(int years, int months, int days, int hours) {
    /** No time: such a rule keeps nothing. */
    public static final KeepDuration NONE = new KeepDuration(0, 0, 0, 0);

    private static final Pattern PART = Pattern.compile("(-?[0-9]{1,6})([ymdh])");

    /**
     * Reads such a span; of a unit that comes twice the last counts.
     *
     * @throws BackstayException with {@code INVALID_REQUEST}
     */
    public static KeepDuration parse(String text) {
        Matcher part = PART.matcher(text.strip());
        int years = 0;
        int months = 0;
        int days = 0;
        int hours = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            int number = Integer.parseInt(part.group(1));
            switch (part.group(2)) {
                case "y" -> years = number;
                case "m" -> months = number;
                case "d" -> days = number;
                default -> hours = number;
            }
            end = part.end();
        }
        if (end != text.strip().length()) {
            throw new BackstayException(
                    ErrorCode.INVALID_REQUEST, "\"%s\" is no span of time such as 1y5m7d2h".formatted(text));
        }
        return new KeepDuration(years, months, days, hours);
    }

    /** Whether it is no time. */
    public boolean isNone() {
        return equals(NONE);
    }

    /**
     * The moment so long before another. As Go counts: a day that a month does not have is one of the next month's, and days
     * are those of the calendar where the time was noted in this machine's zone.
     */
    Instant before(OffsetDateTime latest, ZoneId zone) {
        boolean local = zone.getRules().getOffset(latest.toInstant()).equals(latest.getOffset());
        YearMonth month = YearMonth.from(latest).minusMonths(12L * years + months);
        LocalDate day = month.atDay(1).plusDays(latest.getDayOfMonth() - 1L - days);
        Instant moment = day.atTime(latest.toLocalTime())
                .atZone(local ? zone : latest.getOffset())
                .toInstant();
        return moment.minusSeconds(3600L * hours);
    }

    @Override
    public String toString() {
        return (years == 0 ? "" : years + "y")
                + (months == 0 ? "" : months + "m")
                + (days == 0 ? "" : days + "d")
                + (hours == 0 ? "" : hours + "h");
    }
}
