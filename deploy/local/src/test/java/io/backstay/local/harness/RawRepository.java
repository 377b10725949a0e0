package io.backstay.local.harness;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A repository as the restic protocol shows it, request by request, where stock restic would try again by itself. */
public final class RawRepository {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String address;
    private final String authorization;

    RawRepository(String http, String user, String password, String repository) {
        this.address = http + "/restic/" + repository + "/";
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** The name of an object with the content of these parts. */
    public static String name(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Makes the repository. */
    public int create() throws IOException, InterruptedException {
        return send(request("?create=true").POST(BodyPublishers.noBody())).statusCode();
    }

    /** Stores an object of the type, with the content of these parts, and answers with the status. */
    public int save(String type, byte[]... parts) throws IOException, InterruptedException {
        List<InputStream> streams =
                Stream.of(parts).<InputStream>map(ByteArrayInputStream::new).toList();
        long length = Stream.of(parts).mapToLong(part -> part.length).sum();
        // From a stream: the client would copy an array first, which many uploads at once have no room for.
        BodyPublisher body = BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> new SequenceInputStream(Collections.enumeration(streams))), length);
        return send(request(type + "/" + name(parts)).POST(body)).statusCode();
    }

    /** Deletes an object and answers with the status. */
    public int delete(String type, String name) throws IOException, InterruptedException {
        return send(request(type + "/" + name).DELETE()).statusCode();
    }

    /** The object's status and content. */
    public HttpResponse<byte[]> load(String type, String name) throws IOException, InterruptedException {
        return send(request(type + "/" + name).GET());
    }

    /** What came of a part of an object, or of a whole one: wholly, or up to where the connection was cut. */
    public record Part(int status, byte[] body, boolean whole) {}

    /** A part of an object; an answer that breaks off is told as far as it came. */
    public Part load(String type, String name, int offset, int length) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(type + "/" + name)
                .header("Range", "bytes=%d-%d".formatted(offset, offset + length - 1))
                .GET();
        HttpResponse<InputStream> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean cut = false;
        try (InputStream in = response.body()) {
            in.transferTo(body);
        } catch (IOException e) {
            cut = true;
        }
        boolean whole = !cut && response.statusCode() / 100 == 2 && body.size() == length;
        return new Part(response.statusCode(), body.toByteArray(), whole);
    }

    /** The names of a type; none where the list was refused with 503 or nobody answered, which is no list at all. */
    public Optional<Set<String>> list(String type) throws InterruptedException {
        HttpResponse<byte[]> response;
        try {
            response = send(request(type + "/").GET());
        } catch (IOException e) {
            return Optional.empty();
        }
        if (response.statusCode() == 503) {
            return Optional.empty();
        }
        if (response.statusCode() != 200) {
            throw new AssertionError("a list was answered with status " + response.statusCode());
        }
        try {
            return Optional.of(
                    StreamSupport.stream(JSON.readTree(response.body()).spliterator(), false)
                            .map(entry -> entry.asText())
                            .collect(Collectors.toSet()));
        } catch (IOException e) {
            throw new AssertionError("a list is no JSON: " + new String(response.body(), StandardCharsets.UTF_8), e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path))
                .timeout(WITHIN)
                .header("Authorization", authorization);
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
