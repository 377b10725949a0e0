package io.backstay.cli;

import java.util.Optional;
import picocli.CommandLine;

/** The program's version, as its jar's manifest has it. */
public final class BackstayVersion implements CommandLine.IVersionProvider {
    /** The version; {@code development} where the classes do not come from a jar. */
    public static String text() {
        return Optional.ofNullable(BackstayVersion.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "backstay " + text(), "Java " + Runtime.version(),
        };
    }
}
