package io.backstay.http.restic;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.RunningNode;

/** A well-behaved client, for tests of others that are not. */
public final class ResticClient {
    private final Restic restic;

    /** A client of one repository. */
    public ResticClient(RunningNode node, String repository, String authorization) {
        this.restic = Restic.to(node, repository, authorization);
    }

    /** Stores an object, which must not be there, reads it back whole, and deletes it. */
    public void storesAndReadsBack(byte[] content) {
        String path = Restic.data(content);
        restic.post(path, content).expect(200);
        assertThat(restic.get(path).expect(200).body()).isEqualTo(content);
        restic.delete(path).expect(200);
        restic.get(path).expect(404);
    }
}
