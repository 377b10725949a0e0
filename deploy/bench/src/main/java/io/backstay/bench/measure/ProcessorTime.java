package io.backstay.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Stream;

/** Processor time and memory of processes, from {@code /proc}. */
public final class ProcessorTime {
    /** The kernel counts in hundredths of a second, on every Linux. */
    private static final double TICKS_A_SECOND = 100;

    private static final int USER = 11;
    private static final int CHILDREN_SYSTEM = 14;

    private ProcessorTime() {}

    /** Seconds of the processes, of all that they started, and of what of that has ended. */
    public static double seconds(Collection<Long> pids) {
        return pids.stream()
                        .flatMap(pid -> ProcessHandle.of(pid).stream())
                        .flatMap(handle -> Stream.concat(Stream.of(handle), handle.descendants()))
                        .mapToDouble(handle -> ticks(handle.pid(), USER, CHILDREN_SYSTEM))
                        .sum()
                / TICKS_A_SECOND;
    }

    /** Seconds of this process's children that have ended. */
    public static double ofEndedChildren() {
        return ticks(ProcessHandle.current().pid(), USER + 2, CHILDREN_SYSTEM) / TICKS_A_SECOND;
    }

    private static long ticks(long pid, int first, int last) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name, in parentheses, may hold anything.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            long sum = 0;
            for (int i = first; i <= last; i++) {
                sum += Long.parseLong(fields[i]);
            }
            return sum;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resident memory of one process. */
    public static long residentBytes(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        }
    }
}
