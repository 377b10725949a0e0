package io.backstay.local.up;

import io.backstay.local.cluster.Launcher;
import io.backstay.local.node.NodeProbe;
import io.backstay.local.table.NodeRow;
import io.backstay.local.table.NodeTable;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is printed once the cluster is ready. */
final class Welcome {
    private Welcome() {}

    static List<String> lines(Launcher launcher, Optional<String> manager) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.addAll(NodeTable.lines(NodeRow.of(launcher.nodes(), manager)));
        lines.add("");
        lines.addAll("""
            Admin     %1$s, password in %2$s
            Data      %3$s (logs: <node>/log; addresses: cluster.json)

            Try it:
              export RESTIC_REPOSITORY="rest:http://%1$s:$(cat %2$s)@%4$s/restic/demo/"
              export RESTIC_PASSWORD=secret
              restic init
              restic backup docs
              restic restore latest --target restored

            Break it, from another terminal:
              deploy/local/ctl%5$s status
              deploy/local/ctl%5$s kill %6$s

            Ctrl-C stops everything.\
            """.formatted(
                NodeProbe.ADMIN,
                quoted(launcher.adminPasswordFile().toString()),
                launcher.data(),
                URI.create(launcher.nodes().getFirst().http()).getAuthority(),
                dataOption(launcher),
                launcher.nodes().getLast().name()).lines().toList());
        return lines;
    }

    private static String dataOption(Launcher launcher) {
        String data = launcher.data().toString();
        return data.equals(System.getProperty("backstay.local.data")) ? "" : " --data " + quoted(data);
    }

    private static String quoted(String path) {
        return path.matches("[A-Za-z0-9/._-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }
}
