package io.backstay.cluster.identity;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.backstay.cluster.files.DurableFile;
import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * What {@code backstay cluster init} writes, once in a cluster's life: its id, its authority (key sealed), its master key
 * and the first join token. Founders start from it.
 *
 * @param folder where it lies
 * @param authority may be published; its key opens with the master key only
 * @param joinToken the first token, which founders announce themselves with
 */
public record ClusterFolder(
        Path folder, ClusterId cluster, Instant created, SealedAuthority authority, JoinToken joinToken) {
    private static final String CLUSTER_FILE = "cluster.json";
    private static final String AUTHORITY_FILE = "authority.pem";
    private static final String AUTHORITY_KEY_FILE = "authority-key.sealed";
    private static final String MASTER_KEY_FILE = "master.key";
    private static final String JOIN_TOKEN_FILE = "join-token";
    private static final int FORMAT = 1;
    private static final int MAX_FILE_BYTES = 16 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** The form of {@code cluster.json}. */
    record Description(int format, String cluster, String created) {}

    /**
     * Makes a new cluster's folder.
     *
     * @throws FileAlreadyExistsException where any of its files exists; nothing is overwritten
     */
    public static ClusterFolder create(Path folder, Clock clock, SecureRandom random) throws IOException {
        for (String name :
                List.of(CLUSTER_FILE, AUTHORITY_FILE, AUTHORITY_KEY_FILE, MASTER_KEY_FILE, JOIN_TOKEN_FILE)) {
            if (Files.exists(folder.resolve(name))) {
                throw new FileAlreadyExistsException(folder.resolve(name).toString());
            }
        }
        byte[] key = new byte[MasterKey.KEY_BYTES];
        random.nextBytes(key);
        ClusterId cluster = new ClusterId(UUID.randomUUID());
        Authority authority = Authority.create(cluster, clock, random);
        SealedAuthority sealed = authority.seal(MasterKey.of(key, random));
        JoinToken token = JoinToken.create(authority.certificate(), random);
        Instant created = clock.instant().truncatedTo(ChronoUnit.SECONDS);

        DurableFile.createFolder(folder);
        DurableFile.writeSecret(
                folder.resolve(MASTER_KEY_FILE), ascii(Base64.getEncoder().encodeToString(key) + "\n"));
        DurableFile.writeSecret(folder.resolve(JOIN_TOKEN_FILE), ascii(token.text() + "\n"));
        DurableFile.writePublic(folder.resolve(AUTHORITY_KEY_FILE), ascii(sealed.sealedKey() + "\n"));
        DurableFile.writePublic(folder.resolve(AUTHORITY_FILE), ascii(sealed.certificatePem()));
        DurableFile.writePublic(
                folder.resolve(CLUSTER_FILE),
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsBytes(new Description(FORMAT, cluster.toString(), created.toString())));
        return new ClusterFolder(folder, cluster, created, sealed, token);
    }

    /**
     * Reads the folder; the master key is read apart, by {@link MasterKey#load}.
     *
     * @throws IOException where a file is missing, broken, or does not fit the others
     */
    public static ClusterFolder open(Path folder) throws IOException {
        try {
            Description description =
                    JSON.readValue(DurableFile.read(folder.resolve(CLUSTER_FILE), MAX_FILE_BYTES), Description.class);
            if (description.format() != FORMAT) {
                throw new IOException("%s has format %d, this program knows %d"
                        .formatted(folder.resolve(CLUSTER_FILE), description.format(), FORMAT));
            }
            ClusterId cluster = ClusterId.parse(description.cluster());
            SealedAuthority authority = new SealedAuthority(
                    text(folder.resolve(AUTHORITY_FILE)),
                    text(folder.resolve(AUTHORITY_KEY_FILE)).strip());
            if (!Certificates.cluster(Certificates.parse(authority.certificatePem()))
                    .filter(cluster::equals)
                    .isPresent()) {
                throw new IOException(folder + " mixes the files of two clusters");
            }
            return new ClusterFolder(
                    folder,
                    cluster,
                    Instant.parse(description.created()),
                    authority,
                    new JoinToken(text(folder.resolve(JOIN_TOKEN_FILE)).strip()));
        } catch (BackstayException | JacksonException | java.time.DateTimeException e) {
            throw new IOException("the cluster's folder %s is broken: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** Where the master key lies. */
    public Path masterKeyFile() {
        return folder.resolve(MASTER_KEY_FILE);
    }

    private static String text(Path file) throws IOException {
        return new String(DurableFile.read(file, MAX_FILE_BYTES), StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
