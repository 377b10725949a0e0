package io.backstay.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Where {@code deploy/bench/run} begins. */
@Command(
        name = "deploy/bench/run",
        description = "Measures Backstay beside other servers. Each command prints Markdown tables on standard output;"
                + " docs/performance.md has those of a quiet machine, and says what each is for.",
        subcommands = {
            ObjectsCommand.class,
            ResticCommand.class,
            ScaleCommand.class,
            ManagerCommand.class,
            CrowdCommand.class,
            StartCommand.class,
            FailoverCommand.class
        })
public final class Main implements Runnable {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = Common.HELP)
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    /** Runs the command and ends the process with its status. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).setUsageHelpAutoWidth(true).execute(arguments));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which benchmark?");
    }
}
