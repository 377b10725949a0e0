package io.backstay.local.control;

import io.backstay.local.cluster.LauncherException;
import io.backstay.local.node.PlannedNode;
import io.backstay.local.table.NodeTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code deploy/local/ctl}: acts on the parts of a running cluster. */
@Command(
        name = "deploy/local/ctl",
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Acts on the parts of the cluster that deploy/local/up runs: nodes, and the servers 'postgres' and"
                        + " 'redis'.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:it could not be done", "2:the command line is wrong"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  deploy/local/ctl status",
            "  deploy/local/ctl kill node-2             as a crash would; it is started again",
            "  deploy/local/ctl kill --stay-down node-2",
            "  deploy/local/ctl pause node-1            frozen until 'resume node-1'",
            "  deploy/local/ctl add --roles backup-storage",
            "  deploy/local/ctl stop postgres"
        })
public final class CtlCommand implements Runnable {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before a subcommand runs
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The launcher's data folder (default: ${DEFAULT-VALUE}).",
            defaultValue = "${sys:backstay.local.data:-data}")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path data;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }

    @Command(name = "status", description = "Shows the nodes and who manages.")
    int status(
            @Parameters(paramLabel = "NODE", arity = "0..*", description = "Only these.") @Nullable List<String> nodes)
            throws IOException, LauncherException {
        return ask(Request.of(Request.Action.STATUS, nodes == null ? List.of() : nodes));
    }

    @Command(name = "add", description = "Adds a node, which joins with the join token, and waits until it is ready.")
    int add(
            @Parameters(paramLabel = "NODE", arity = "0..1", description = "Its name, as node-5 (default: the next).")
                    @Nullable
                    String node,
            @Option(
                            names = "--roles",
                            paramLabel = "ROLE",
                            split = ",",
                            description = "Its roles, with commas between them (default: all): cluster-manager,"
                                    + " backup-manager, backup-storage.")
                    @Nullable
                    List<String> roles,
            @Option(names = "--no-wait", description = "Does not wait.") boolean noWait)
            throws IOException, LauncherException {
        List<String> wanted = roles == null ? PlannedNode.ALL_ROLES : roles;
        for (String role : wanted) {
            if (!PlannedNode.ALL_ROLES.contains(role)) {
                throw new CommandLine.ParameterException(
                        spec.subcommands().get("add"),
                        "'%s' is no role; there are %s".formatted(role, String.join(", ", PlannedNode.ALL_ROLES)));
            }
        }
        return ask(new Request(
                Request.Action.ADD, Optional.ofNullable(node).stream().toList(), false, wanted, !noWait));
    }

    @Command(name = "start", description = "Starts what was stopped, and waits until it is ready.")
    int start(
            @Parameters(paramLabel = "NODE", arity = "1..*") List<String> nodes,
            @Option(names = "--no-wait", description = "Does not wait.") boolean noWait)
            throws IOException, LauncherException {
        return ask(new Request(Request.Action.START, nodes, false, List.of(), !noWait));
    }

    @Command(name = "stop", description = "Ends it in an orderly way (SIGTERM); it stays down until 'start'.")
    int stop(@Parameters(paramLabel = "NODE", arity = "1..*") List<String> nodes)
            throws IOException, LauncherException {
        return ask(Request.of(Request.Action.STOP, nodes));
    }

    @Command(name = "kill", description = "Ends it as a crash would (SIGKILL); it is started again.")
    int kill(
            @Parameters(paramLabel = "NODE", arity = "1..*") List<String> nodes,
            @Option(names = "--stay-down", description = "It stays down until 'start'.") boolean stayDown)
            throws IOException, LauncherException {
        return ask(new Request(Request.Action.KILL, nodes, stayDown, List.of(), false));
    }

    @Command(name = "pause", description = "Freezes it (SIGSTOP) until 'resume'.")
    int pause(@Parameters(paramLabel = "NODE", arity = "1..*") List<String> nodes)
            throws IOException, LauncherException {
        return ask(Request.of(Request.Action.PAUSE, nodes));
    }

    @Command(name = "resume", description = "Ends a freeze (SIGCONT).")
    int resume(@Parameters(paramLabel = "NODE", arity = "1..*") List<String> nodes)
            throws IOException, LauncherException {
        return ask(Request.of(Request.Action.RESUME, nodes));
    }

    private int ask(Request request) throws IOException, LauncherException {
        PrintWriter out = spec.commandLine().getOut();
        Answer answer = new ControlClient(data.toAbsolutePath().normalize()).ask(request);
        if (!answer.done()) {
            throw new LauncherException(answer.message(), answer.lines());
        }
        if (!answer.message().isEmpty()) {
            out.println(answer.message());
        }
        if (!answer.nodes().isEmpty()) {
            NodeTable.lines(answer.nodes()).forEach(out::println);
        }
        return CommandLine.ExitCode.OK;
    }
}
