package io.backstay.local;

import io.backstay.local.cluster.LauncherException;
import io.backstay.local.control.CtlCommand;
import io.backstay.local.up.UpCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;

/** Where {@code deploy/local/up} and {@code deploy/local/ctl} begin: the first argument says which of them it is. */
public final class Main {
    private Main() {}

    /** Runs the command and ends the process with its status. */
    public static void main(String[] arguments) {
        String which = arguments.length == 0 ? "" : arguments[0];
        Object command = switch (which) {
            case "up" -> new UpCommand();
            case "ctl" -> new CtlCommand();
            default -> throw new IllegalArgumentException("the first argument is up or ctl");
        };
        System.exit(new CommandLine(command)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(Main::failed)
                .execute(Arrays.copyOfRange(arguments, 1, arguments.length)));
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult ignored)
            throws Exception {
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().root().name();
        switch (failure) {
            case LauncherException refused -> {
                err.println(name + ": " + refused.getMessage());
                refused.details().forEach(line -> err.println("  " + line));
            }
            case IOException io -> err.println(name + ": " + io);
            default -> throw failure;
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
