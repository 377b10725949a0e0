package io.backstay.node.command;

import picocli.CommandLine;

/** {@code backstay cluster}: what is done for a cluster before it has a node. */
@CommandLine.Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Makes a new cluster.",
        subcommands = ClusterInitCommand.class)
public final class ClusterCommand implements Runnable {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before run
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }
}
