package io.backstay.cli;

import picocli.CommandLine;

/** The root of the {@code backstay} command: help and version; all else is in subcommands. */
@CommandLine.Command(
        name = "backstay",
        mixinStandardHelpOptions = true,
        versionProvider = BackstayVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "A self-hosted backup cluster for stock restic clients.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  backstay cluster init --output my-cluster  makes a cluster's keys",
            "  backstay node --config node.conf           runs a node",
            "  backstay node --help-config                every key of the configuration",
        })
public final class BackstayCommand implements Runnable {
    /** Exit status of a wrong command line or configuration. */
    public static final int USAGE = 2;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before run
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }
}
