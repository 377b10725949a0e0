package io.backstay.node;

import io.backstay.cli.BackstayCommand;
import io.backstay.node.command.ClusterCommand;
import io.backstay.node.command.NodeCommand;
import picocli.CommandLine;

/** Where the {@code backstay} command begins. */
public final class Main {
    private Main() {}

    /** Runs the command and ends the process with its status. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command. */
    static CommandLine commandLine() {
        return new CommandLine(new BackstayCommand())
                .addSubcommand(new NodeCommand())
                .addSubcommand(new ClusterCommand())
                .setUsageHelpAutoWidth(true);
    }
}
