package io.backstay.bench.contender;

import io.backstay.local.process.ChildProcess;
import io.backstay.local.process.Program;
import io.backstay.local.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** nginx with its WebDAV module: neither hashes nor forces anything to the disk; what it reads goes by sendfile. */
public record Nginx(String program, int port) implements Contender {
    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public Serving start(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("files"));
        // As root its workers would be another user's, who may not write here.
        String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
        Path configuration = Files.writeString(folder.resolve("nginx.conf"), """
            daemon off;
            %1$s
            worker_processes auto;
            pid %2$s/nginx.pid;
            error_log stderr;
            events { worker_connections 1024; }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 1000000;
                client_max_body_size 0;
                client_body_temp_path %2$s/bodies;
                server {
                    listen 127.0.0.1:%3$d;
                    location / {
                        root %2$s/files;
                        dav_methods PUT DELETE;
                        create_full_put_path on;
                    }
                }
            }
            """.formatted(user, folder, port));
        Program nginx = new Program(
                "nginx",
                folder.resolve("run"),
                List.of(program, "-p", folder.toString(), "-c", configuration.toString(), "-e", "stderr"),
                Map.of(),
                Signal.TERM);
        return Peer.await(ChildProcess.start(nginx), port, "PUT", false);
    }
}
