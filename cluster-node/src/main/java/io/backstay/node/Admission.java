package io.backstay.node;

import io.backstay.cluster.identity.Authority;
import io.backstay.cluster.identity.Certificates;
import io.backstay.cluster.identity.ClusterFolder;
import io.backstay.cluster.identity.JoinToken;
import io.backstay.cluster.identity.MasterKey;
import io.backstay.cluster.identity.NodeIdentity;
import io.backstay.cluster.join.JoinAnswer;
import io.backstay.cluster.join.JoinClient;
import io.backstay.cluster.join.JoinRequest;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.model.BackstayException;
import io.backstay.node.config.NodeConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a node to its certificate: it has one already, issues it as a founder, or asks a member. */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    private final NodeConfiguration configuration;
    private final Clock clock;
    private final SecureRandom random;

    Admission(NodeConfiguration configuration, Clock clock, SecureRandom random) {
        this.configuration = configuration;
        this.clock = clock;
        this.random = random;
    }

    /** The folder of {@code cluster init}, where the configuration names one. */
    Optional<ClusterFolder> clusterFolder() throws NodeStartException {
        Optional<Path> folder = configuration.joining().authority();
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ClusterFolder.open(folder.get()));
        } catch (IOException e) {
            throw new NodeStartException("cluster.authority: " + e.getMessage(), true, e);
        }
    }

    /** The master key, where the configuration names one. */
    Optional<MasterKey> masterKey() throws NodeStartException {
        Optional<Path> file = configuration.joining().masterKeyFile();
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(MasterKey.load(file.get(), random));
        } catch (IOException e) {
            throw new NodeStartException("cluster.master-key-file: " + e.getMessage(), true, e);
        }
    }

    /** The identity with its certificate; waits for members as long as it takes. */
    NodeIdentity admitted(
            NodeIdentity identity, NodeDescription node, Optional<ClusterFolder> folder, Optional<MasterKey> masterKey)
            throws NodeStartException, InterruptedException {
        if (identity.certificate().isPresent()) {
            if (folder.isPresent() && !identity.cluster().equals(folder.map(ClusterFolder::cluster))) {
                throw new NodeStartException(
                        "%s belongs to a node of another cluster than cluster.authority's"
                                .formatted(configuration.data()),
                        true);
            }
            return identity;
        }
        try {
            if (configuration.cluster().found() && folder.isPresent() && masterKey.isPresent()) {
                Authority authority = Authority.unseal(folder.get().authority(), masterKey.get(), clock, random);
                LOG.info("This node founds cluster {} and issues its own certificate", authority.cluster());
                return identity.admit(
                        authority.sign(identity.id(), identity.signingRequest()), authority.certificate(), clock);
            }
            return joined(identity, node);
        } catch (BackstayException e) {
            throw new NodeStartException("it was not let into the cluster: " + e.getMessage(), false, e);
        } catch (IOException e) {
            throw new NodeStartException("its certificate cannot be kept: " + e.getMessage(), false, e);
        }
    }

    private NodeIdentity joined(NodeIdentity identity, NodeDescription node)
            throws NodeStartException, InterruptedException, IOException {
        Optional<JoinToken> token = configuration.joining().token();
        if (token.isEmpty() || configuration.joining().addresses().isEmpty()) {
            throw new NodeStartException(
                    "it has no certificate yet: give cluster.join-addresses and cluster.join-token (or"
                            + " cluster.join-token-file), or for a founder cluster.found, cluster.authority and the"
                            + " master key",
                    true);
        }
        LOG.info("Asking {} to let this node in", configuration.joining().addresses());
        JoinAnswer answer = new JoinClient(configuration.joining().addresses(), FIRST_WAIT)
                .join(new JoinRequest(node, identity.signingRequest(), token.get()));
        return identity.admit(Certificates.parse(answer.certificate()), Certificates.parse(answer.authority()), clock);
    }
}
