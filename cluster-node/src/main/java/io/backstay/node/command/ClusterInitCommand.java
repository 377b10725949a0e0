package io.backstay.node.command;

import io.backstay.cluster.identity.ClusterFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code backstay cluster init}: writes what the founders of a new cluster need. Overwrites nothing. */
@CommandLine.Command(
        name = "init",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes a cluster's id, its certificate authority, its master key and its first join token.",
            "",
            "Give the folder to the nodes that found the cluster (cluster.authority), and keep a copy of master.key in"
                    + " a safe place: without it nobody can open what it seals."
        },
        footerHeading = "%nExample:%n",
        footer = "  backstay cluster init --output my-cluster")
public final class ClusterInitCommand implements Callable<Integer> {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private CommandLine.Model.CommandSpec spec;

    @CommandLine.Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "DIR",
            description = "The folder to write; it may exist, its files may not.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private Path output;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            ClusterFolder folder = ClusterFolder.create(output, Clock.systemUTC(), new SecureRandom());
            out.println("Made cluster " + folder.cluster() + " in " + output);
            out.println("  cluster.json, authority.pem, authority-key.sealed  for founders");
            out.println("  master.key                                         secret: keep a copy in a safe place");
            out.println("  join-token                                         secret: lets further nodes in");
            return CommandLine.ExitCode.OK;
        } catch (FileAlreadyExistsException e) {
            err.println("backstay: " + e.getFile() + " exists already; nothing was changed");
            return CommandLine.ExitCode.SOFTWARE;
        } catch (IOException e) {
            err.println("backstay: the cluster's folder cannot be written: " + e);
            return CommandLine.ExitCode.SOFTWARE;
        }
    }
}
