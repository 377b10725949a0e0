package io.backstay.storage.transfer;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import scala.concurrent.duration.Duration;

/** Binds the internal port. */
public final class TransferServer {
    /** Uploads and downloads have watches of their own; this only ends connections that nobody uses. */
    private static final long IDLE_MINUTES = 6;

    private static final int MAX_CONNECTIONS = 4096;

    private TransferServer() {}

    /** Listens; the settings suit transfers of any length. Fails where the port is taken. */
    public static CompletionStage<ServerBinding> bind(
            ClassicActorSystemProvider system, String host, int port, TransferRoutes routes) {
        ServerSettings defaults = ServerSettings.create(system.classicSystem());
        ServerSettings settings = defaults.withMaxConnections(MAX_CONNECTIONS)
                .withTimeouts(defaults.getTimeouts()
                        .withIdleTimeout(Duration.create(IDLE_MINUTES, TimeUnit.MINUTES))
                        .withRequestTimeout(Duration.Inf()));
        return Http.get(system).newServerAt(host, port).withSettings(settings).bind(routes::handle);
    }
}
