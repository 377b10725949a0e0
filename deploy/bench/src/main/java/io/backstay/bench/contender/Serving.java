package io.backstay.bench.contender;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** A server that runs. Closing it stops it and keeps its data. */
public interface Serving extends AutoCloseable {
    /** Makes a repository, where the server has such a thing. */
    void make(String repository) throws IOException;

    /** Where the repository's objects are: type and name come behind it. */
    URI objects(String repository);

    /** What to send as {@code Authorization}. */
    Optional<String> authorization();

    /** The method that stores an object. */
    String uploadMethod();

    /** The repository as restic is told of it. */
    String restic(String repository);

    /** The processes that serve; what they start counts with them. */
    List<Long> servers();

    /** The processes of its databases. */
    List<Long> databases();

    @Override
    void close() throws IOException;
}
