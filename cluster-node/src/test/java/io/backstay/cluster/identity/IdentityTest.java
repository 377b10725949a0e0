package io.backstay.cluster.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.model.BackstayException;
import io.backstay.model.NodeId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
    private static final Clock CLOCK = Clock.systemUTC();

    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path folder;

    @Test
    void nodeKeepsItsIdAndCertificateOverRestarts() throws IOException {
        NodeIdentity admitted = Founding.create().node(folder);
        NodeIdentity again = NodeIdentity.open(folder, CLOCK, random);
        assertThat(again.id()).isEqualTo(admitted.id());
        assertThat(again.certificate()).isEqualTo(admitted.certificate());
        assertThat(again.privateKey()).isEqualTo(admitted.privateKey());
    }

    @Test
    void keyFilesAreTheOwnersOnly() throws IOException {
        Founding.create().node(folder);
        try (Stream<Path> files = Files.list(folder.resolve("identity"))) {
            assertThat(files)
                    .hasSize(5)
                    .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                            .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        }
    }

    @Test
    void certificateNamesTheNodeAndItsCluster() throws IOException {
        Founding founding = Founding.create();
        NodeIdentity node = founding.node(folder);
        X509Certificate certificate = node.certificate().orElseThrow().certificate();
        assertThat(Certificates.node(certificate)).contains(node.id());
        assertThat(node.cluster()).contains(founding.authority().cluster());
        assertThat(Certificates.parse(Certificates.pem(certificate))).isEqualTo(certificate);
        assertThat(Certificates.fingerprint(certificate)).matches("[0-9a-f]{64}");
    }

    @Test
    void authorityRefusesARequestOfAnotherNode() throws IOException {
        NodeIdentity node = NodeIdentity.open(folder, CLOCK, random);
        NodeId other = new NodeId(UUID.randomUUID());
        Authority authority = Founding.create().authority();
        assertThatThrownBy(() -> authority.sign(other, node.signingRequest()))
                .isInstanceOf(BackstayException.class)
                .hasMessageContaining("another node");
    }

    @Test
    void authorityRefusesWhatIsNoRequest() {
        Authority authority = Founding.create().authority();
        NodeId node = new NodeId(UUID.randomUUID());
        for (String text : new String[] {
            "",
            "nonsense",
            Certificates.pem(authority.certificate()),
            Certificates.pem("CERTIFICATE REQUEST", new byte[9]),
            "x".repeat(100_000)
        }) {
            assertThatThrownBy(() -> authority.sign(node, text)).isInstanceOf(BackstayException.class);
        }
    }

    @Test
    void nodeRefusesACertificateOfAnotherNodeOrAuthority() throws IOException {
        Founding founding = Founding.create();
        NodeIdentity node = NodeIdentity.open(folder.resolve("a"), CLOCK, random);
        NodeIdentity other = founding.node(folder.resolve("b"));
        X509Certificate others = other.certificate().orElseThrow().certificate();
        assertThatThrownBy(() -> node.admit(others, founding.authority().certificate(), CLOCK))
                .isInstanceOf(BackstayException.class);
        X509Certificate own = founding.authority().sign(node.id(), node.signingRequest());
        X509Certificate foreign = Founding.create().authority().certificate();
        assertThatThrownBy(() -> node.admit(own, foreign, CLOCK)).isInstanceOf(BackstayException.class);
        assertThat(node.admit(own, founding.authority().certificate(), CLOCK).certificate())
                .isPresent();
    }

    @Test
    void brokenIdentityIsReportedAndNotReplaced() throws IOException {
        Founding.create().node(folder);
        Path key = folder.resolve("identity/key.pem");
        Files.writeString(key, "nonsense");
        assertThatThrownBy(() -> NodeIdentity.open(folder, CLOCK, random)).isInstanceOf(IOException.class);
        assertThat(key).hasContent("nonsense");
    }

    @Test
    void clusterFolderOpensAsItWasMadeAndIsNeverOverwritten() throws IOException {
        Path output = folder.resolve("cluster");
        ClusterFolder made = ClusterFolder.create(output, CLOCK, random);
        ClusterFolder opened = ClusterFolder.open(output);
        assertThat(opened).isEqualTo(made);
        MasterKey key = MasterKey.load(opened.masterKeyFile(), random);
        Authority authority = Authority.unseal(opened.authority(), key, CLOCK, random);
        assertThat(authority.cluster()).isEqualTo(made.cluster());
        assertThat(opened.joinToken().trusts(authority.certificate())).isTrue();
        assertThat(opened.joinToken().trusts(Founding.create().authority().certificate()))
                .isFalse();
        assertThat(opened.toString()).doesNotContain(opened.joinToken().text());
        assertThatThrownBy(() -> ClusterFolder.create(output, CLOCK, random))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.getPosixFilePermissions(opened.masterKeyFile()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void clusterFolderOfTwoClustersIsRefused() throws IOException {
        ClusterFolder.create(folder.resolve("a"), CLOCK, random);
        ClusterFolder.create(folder.resolve("b"), CLOCK, random);
        Files.copy(
                folder.resolve("a/authority.pem"),
                folder.resolve("b/authority.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> ClusterFolder.open(folder.resolve("b"))).isInstanceOf(IOException.class);
    }

    @Test
    void authorityOpensWithItsMasterKeyOnly() throws IOException {
        ClusterFolder one = ClusterFolder.create(folder.resolve("a"), CLOCK, random);
        ClusterFolder two = ClusterFolder.create(folder.resolve("b"), CLOCK, random);
        MasterKey wrong = MasterKey.load(two.masterKeyFile(), random);
        assertThatThrownBy(() -> Authority.unseal(one.authority(), wrong, CLOCK, random))
                .isInstanceOf(BackstayException.class);
    }
}
