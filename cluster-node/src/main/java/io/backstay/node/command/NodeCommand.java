package io.backstay.node.command;

import io.backstay.cli.BackstayCommand;
import io.backstay.node.Node;
import io.backstay.node.NodeStartException;
import io.backstay.node.config.ConfigurationException;
import io.backstay.node.config.ConfigurationReader;
import io.backstay.node.config.ConfigurationReference;
import io.backstay.node.config.NodeConfiguration;
import io.backstay.storage.entity.RebuildOrder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code backstay node}: runs a node in the foreground until SIGTERM or SIGINT. */
@CommandLine.Command(
        name = "node",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs a node in the foreground. SIGTERM ends it: requests in flight get 8 s, then it leaves the"
                + " cluster.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:ended by SIGTERM",
            "1:the node could not start",
            "2:the command line or the configuration is wrong"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  backstay node --config node.conf",
            "  BACKSTAY_HTTP_PORT=8430 backstay node --config node.conf",
            "  backstay node --config node.conf --rebuild-catalogue",
            "  backstay node --help-config"
        })
public final class NodeCommand implements Callable<Integer> {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private CommandLine.Model.CommandSpec spec;

    @CommandLine.Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration, HOCON; the environment wins over it.")
    private @Nullable Path config;

    @CommandLine.Option(names = "--help-config", description = "Prints every key of the configuration and ends.")
    private boolean helpConfig;

    @CommandLine.Option(
            names = "--rebuild-catalogue",
            arity = "0..1",
            fallbackValue = "complete",
            paramLabel = "complete|incomplete",
            converter = Rebuild.OfText.class,
            description = "Makes the catalogues of all repositories anew from what the storage nodes' disks hold, once"
                    + " this node is a member. For a database that was set back so little that the disks did not"
                    + " notice, or that is not to be trusted; one that lost more is noticed, and rebuilt without this."
                    + " With 'incomplete' it goes on though so many storage nodes are away that objects may be"
                    + " missing: what only they hold is given up.")
    private @Nullable Rebuild rebuild;

    private enum Rebuild {
        COMPLETE,
        INCOMPLETE;

        /** The words of the command line. */
        private static final class OfText implements CommandLine.ITypeConverter<Rebuild> {
            @Override
            public Rebuild convert(String text) {
                return switch (text) {
                    case "complete" -> COMPLETE;
                    case "incomplete" -> INCOMPLETE;
                    default -> throw new CommandLine.TypeConversionException("'complete' or 'incomplete', not " + text);
                };
            }
        }
    }

    @CommandLine.Option(names = "--rehearse", paramLabel = "DIR", hidden = true, description = "See bin/prepare-start.")
    private @Nullable Path rehearse;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        if (helpConfig) {
            spec.commandLine().getOut().print(ConfigurationReference.text());
            spec.commandLine().getOut().flush();
            return CommandLine.ExitCode.OK;
        }
        if (rehearse != null) {
            return rehearse(rehearse, err);
        }
        NodeConfiguration configuration;
        try {
            configuration = ConfigurationReader.read(Optional.ofNullable(config), System.getenv());
        } catch (ConfigurationException e) {
            err.println("backstay: the configuration has "
                    + (e.problems().size() == 1 ? "a problem:" : e.problems().size() + " problems:"));
            e.problems().forEach(problem -> err.println("  " + problem));
            return BackstayCommand.USAGE;
        }
        try {
            Node node = Node.start(configuration);
            if (rebuild != null) {
                node.rebuildCatalogues(new RebuildOrder(
                        "<%s --rebuild-catalogue>".formatted(configuration.name()), rebuild == Rebuild.INCOMPLETE));
            }
            node.awaitEnd();
            return CommandLine.ExitCode.OK;
        } catch (NodeStartException e) {
            err.println("backstay: the node cannot start: " + e.getMessage());
            return e.inConfiguration() ? BackstayCommand.USAGE : CommandLine.ExitCode.SOFTWARE;
        }
    }

    private static int rehearse(Path folder, PrintWriter err) throws InterruptedException {
        try {
            Rehearsal.run(folder);
            return CommandLine.ExitCode.OK;
        } catch (IOException | ConfigurationException | NodeStartException e) {
            err.println("backstay: the rehearsal failed: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }
}
