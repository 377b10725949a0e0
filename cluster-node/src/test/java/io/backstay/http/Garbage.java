package io.backstay.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Makes requests that are wrong in some way: good ones of every route with something replaced, doubled, cut off or damaged,
 * and now and then mere bytes. The same seed makes the same requests. For one thread.
 */
final class Garbage {
    static final String HEX = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9";

    /** Several in a row before the end of a connection stand in ConnectionsTest and ResticUploadTest. */
    private static final int MOST_IN_A_ROW = 1;

    private static final String ID = "00000000-0000-0000-0000-000000000000";
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "get", "");
    private static final List<String> PATHS = List.of(
            "/../",
            "/%2e%2e/",
            "/..%2f",
            "%00",
            "%",
            "%zz",
            "%c0%ae",
            "//",
            "\\",
            ";a=b",
            "?",
            "?a=%ff",
            "?create=true&create=true",
            "#x",
            " ",
            "ä",
            "*",
            "ftp://x/",
            "http://[::1",
            "@",
            "%EF%BC%8F",
            "%0d%0aX:1");
    private static final List<String> HEADERS = List.of(
            "Content-Length: 1 1",
            "Content-Length: -1",
            "Content-Length: 5",
            "Content-Length: 99999999999999999999",
            "Content-Length: 0x10",
            "Content-Length : 3",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: identity",
            "Expect: 100-continue",
            "Expect: 200-ok",
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AA==\r\nSec-WebSocket-Version: 13",
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk",
            "Connection: close",
            "Connection: keep-alive, Authorization",
            "Host: other",
            "Host:",
            "Host: a b",
            "Host: [::1",
            "X: a\r\n folded",
            "X: a\rb",
            "X: a\nY: b",
            "X\u0000: a",
            ": no name",
            "no colon",
            "Range: bytes=0-0",
            "Range: bytes=9-1",
            "Range: bytes=99999999999999999999-",
            "Range: bytes=0-0,0-0,0-0",
            "If-Match: \"1\"",
            "If-Match: W/\"x",
            "Accept: application/vnd.x.restic.rest.v2",
            "Accept: */*;q=\u0001",
            "Accept-Encoding: gzip;q=2, br",
            "Content-Encoding: gzip",
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: multipart/form-data; boundary=",
            "Content-Type: text/plain",
            "Content-Type: /",
            "Cookie: backstay_session=",
            "Cookie: a=b; backstay_session=bss_A; backstay_session=bss_B",
            "Cookie: =;=;\u0080",
            "Authorization: Basic ####",
            "Authorization: Basic Og==",
            "Authorization: Bearer bst_AAAA",
            "Authorization: Digest a=b",
            "X-Request-Id: <script>",
            "X-Backstay-Client: web",
            "Trailer: Content-Length",
            "Date: yesterday",
            "User-Agent: ${jndi:x}",
            "Content-MD5: !");
    private static final List<String> BODIES = List.of(
            "",
            "null",
            "[]",
            "{",
            "{}x",
            "{\"name\":1}",
            "{\"name\":1e999999}",
            "{\"name\":" + "9".repeat(2_000) + "}",
            "{\"name\":\"a\",\"name\":\"b\"}",
            "{\"name\":\"\\ud800\",\"password\":\"\\udc00\"}",
            "{\"name\":\"\u00ff\u00fe\"}",
            "{\"name\":\"\\u0000\"}",
            "{\"" + "k".repeat(60_000) + "\":1}",
            "[".repeat(5_000),
            "{\"a\":".repeat(1_000),
            "{\"name\":NaN}",
            "\u0000\u0001",
            "0");
    private static final List<String> CHUNKS = List.of(
            "1\r\n0\r\n0\r\n\r\n",
            "zz\r\n",
            "-1\r\n\r\n",
            "ffffffffffffffff\r\n",
            "5\r\nab",
            "1;x=y\r\n00\r\n\r\n",
            "1\n0\n0\n\n",
            "0\r\nX: trailer\r\n\r\n",
            "1 \r\n0\r\n0\r\n\r\n",
            "");

    private final Random random;
    private final List<String> operations;
    private final String repository;
    private final List<String> credentials;

    /**
     * A maker.
     *
     * @param operations as {@code GET /users/{user}}
     * @param credentials good ones, as headers' values
     */
    Garbage(long seed, List<String> operations, String repository, List<String> credentials) {
        this.random = new Random(seed);
        this.operations = List.copyOf(operations);
        this.repository = repository;
        this.credentials = List.copyOf(credentials);
    }

    /** The next one; sometimes several in a row. */
    byte[] next() {
        if (random.nextInt(20) == 0) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            return bytes;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = random.nextInt(8) == 0 ? MOST_IN_A_ROW : 1; i > 0; i--) {
            byte[] request = request();
            all.writeBytes(random.nextBoolean() ? damaged(request) : request);
        }
        return all.toByteArray();
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private byte[] request() {
        String[] operation = any(operations).split(" ", 2);
        String method = random.nextInt(8) == 0 ? any(METHODS) : operation[0];
        String path = operation[1].startsWith("/restic/") ? operation[1] : "/api/v1" + operation[1];
        String target = path.replace("{repository-name}", repository).replaceAll("\\{[a-z]+}", ID);
        if (random.nextInt(4) == 0) {
            int at = random.nextInt(target.length() + 1);
            target = target.substring(0, at) + any(PATHS) + target.substring(at);
        }
        if (random.nextInt(100) == 0) {
            target += "x".repeat(random.nextInt(4_000));
        }
        List<String> headers = new ArrayList<>(List.of("Host: x"));
        if (random.nextInt(3) > 0) {
            headers.add("Authorization: " + any(credentials));
        }
        byte[] body = body(operation[0], path, headers);
        for (int i = random.nextInt(3); i > 0; i--) {
            headers.add(random.nextInt(headers.size() + 1), any(HEADERS));
        }
        if (random.nextInt(100) == 0) {
            headers.add(("X: " + "y".repeat(random.nextInt(60))).concat("\r\nX: z".repeat(random.nextInt(2_000))));
        }
        if (random.nextInt(100) == 0) {
            headers.add("Y: " + "y".repeat(random.nextInt(20_000)));
        }
        String version = random.nextInt(20) == 0 ? any(List.of("HTTP/1.0", "HTTP/2.0", "HTTP/1.1 ", "")) : "HTTP/1.1";
        String head = method + " " + target + " " + version + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private byte[] body(String method, String path, List<String> headers) {
        if (!List.of("POST", "PUT", "PATCH").contains(method) && random.nextInt(10) > 0) {
            return new byte[0];
        }
        if (random.nextInt(6) == 0) {
            headers.add("Transfer-Encoding: chunked");
            return any(CHUNKS).getBytes(StandardCharsets.ISO_8859_1);
        }
        boolean object = path.startsWith("/restic/");
        byte[] body = (object && random.nextBoolean() ? "0" : any(BODIES)).getBytes(StandardCharsets.ISO_8859_1);
        headers.add("Content-Type: application/" + (object ? "octet-stream" : "json"));
        int lie = random.nextInt(6) == 0 ? random.nextInt(7) - 3 : 0;
        headers.add("Content-Length: " + Math.max(0, body.length + lie));
        return body;
    }

    private byte[] damaged(byte[] request) {
        StringBuilder text = new StringBuilder(new String(request, StandardCharsets.ISO_8859_1));
        for (int changes = 1 + random.nextInt(3); changes > 0 && !text.isEmpty(); changes--) {
            int at = random.nextInt(Math.min(text.length(), 400));
            switch (random.nextInt(7)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.insert(at, (char) random.nextInt(256));
                case 2 -> text.delete(at, Math.min(text.length() - 1, at + 1 + random.nextInt(8)));
                case 3 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(40))));
                case 4 ->
                    text.insert(
                            at, any(List.of("\r\n", "\n", "\r", "%", "..", "/", ":", "\u0000", " ", ",", ";", "\t")));
                case 5 -> {
                    String upper = text.substring(at).toUpperCase(Locale.ROOT);
                    text.replace(at, text.length(), upper);
                }
                default -> text.setLength(Math.max(1, at));
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
