package io.backstay.cluster.journal;

/**
 * Where the journal is.
 *
 * @param url JDBC address, as {@code jdbc:postgresql://host:5432/backstay}
 * @param password never printed
 * @param connections the most connections that this node opens
 */
public record JournalSettings(String url, String user, String password, int connections) {
    @Override
    public String toString() {
        return "JournalSettings[url=%s, user=%s]".formatted(url, user);
    }
}
