package io.backstay.repository.json;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * Times as Go's {@code time.Time} marshals them: RFC 3339, nanoseconds without the zeros behind, {@code Z} or the zone's
 * offset in minutes. Years outside of 0 to 9999 are brought to the nearest of them first, as restic does.
 */
public final class GoTime {
    private static final int LAST_YEAR = 9999;

    private GoTime() {}

    /** The text. */
    public static String format(OffsetDateTime given) {
        OffsetDateTime time = given;
        if (time.getYear() < 0) {
            time = time.withYear(0);
        } else if (time.getYear() > LAST_YEAR) {
            time = time.withYear(LAST_YEAR);
        }
        StringBuilder text = new StringBuilder(35);
        text.append(String.format(
                Locale.ROOT,
                "%04d-%02d-%02dT%02d:%02d:%02d",
                time.getYear(),
                time.getMonthValue(),
                time.getDayOfMonth(),
                time.getHour(),
                time.getMinute(),
                time.getSecond()));
        if (time.getNano() != 0) {
            String digits = String.format(Locale.ROOT, "%09d", time.getNano());
            int end = digits.length();
            while (digits.charAt(end - 1) == '0') {
                end--;
            }
            text.append('.').append(digits, 0, end);
        }
        int minutes = time.getOffset().getTotalSeconds() / 60;
        if (time.getOffset().equals(ZoneOffset.UTC)) {
            text.append('Z');
        } else {
            text.append(minutes < 0 ? '-' : '+');
            text.append(String.format(Locale.ROOT, "%02d:%02d", Math.abs(minutes) / 60, Math.abs(minutes) % 60));
        }
        return text.toString();
    }

    /**
     * Reads such a text.
     *
     * @throws DateTimeException where it is none
     */
    public static OffsetDateTime parse(String text) {
        return OffsetDateTime.parse(text);
    }
}
