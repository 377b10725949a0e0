package io.backstay.manager;

import io.backstay.cluster.identity.Authority;
import io.backstay.cluster.identity.ClusterFolder;
import io.backstay.cluster.identity.MasterKey;
import io.backstay.cluster.identity.SealedAuthority;
import io.backstay.cluster.view.ClusterSecrets;
import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.Password;
import io.backstay.manager.state.ClusterRecord;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.UserName;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** A cluster's keys, opened; they live in the manager's memory only. */
record ClusterKeys(Authority authority, ClusterSecrets secrets) {
    private static final String TRANSFER_KEY = "backstay transfer key";
    private static final String SESSION_KEY = "backstay session key";
    private static final int KEY_BYTES = 32;
    /** The token that {@code cluster init} made is for all nodes of the first weeks. */
    private static final Duration FIRST_TOKEN_VALID = Duration.ofDays(30);

    private static final int FIRST_TOKEN_USES = 1000;

    /**
     * Opens the keys of a state.
     *
     * @throws BackstayException with {@link ErrorCode#DAMAGED} where the master key is another one
     */
    static ClusterKeys open(ClusterRecord cluster, MasterKey masterKey, Clock clock, SecureRandom random) {
        return new ClusterKeys(
                Authority.unseal(
                        new SealedAuthority(cluster.authorityCertificate(), cluster.sealedAuthorityKey()),
                        masterKey,
                        clock,
                        random),
                new ClusterSecrets(
                        unseal(cluster.sealedTransferKey(), TRANSFER_KEY, masterKey),
                        unseal(cluster.sealedSessionKey(), SESSION_KEY, masterKey)));
    }

    /** The command that begins the folder's cluster, with fresh secrets. */
    static ClusterCommand.CreateCluster founding(
            ClusterFolder folder, UserName admin, Password password, MasterKey masterKey, SecureRandom random) {
        return new ClusterCommand.CreateCluster(
                folder.cluster(),
                folder.created(),
                folder.authority().certificatePem(),
                folder.authority().sealedKey(),
                sealedKey(TRANSFER_KEY, masterKey, random),
                sealedKey(SESSION_KEY, masterKey, random),
                admin,
                password,
                Optional.of(new ClusterCommand.FirstJoinToken(
                        folder.joinToken().hash(), FIRST_TOKEN_VALID, FIRST_TOKEN_USES)));
    }

    private static String sealedKey(String purpose, MasterKey masterKey, SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return Base64.getEncoder().encodeToString(masterKey.seal(key, purpose));
    }

    private static String unseal(String sealed, String purpose, MasterKey masterKey) {
        try {
            return Base64.getEncoder()
                    .encodeToString(masterKey.unseal(Base64.getDecoder().decode(sealed), purpose));
        } catch (IllegalArgumentException e) {
            throw new BackstayException(ErrorCode.DAMAGED, "the sealed " + purpose + " cannot be read", e);
        }
    }

    @Override
    public String toString() {
        return "ClusterKeys[hidden]";
    }
}
