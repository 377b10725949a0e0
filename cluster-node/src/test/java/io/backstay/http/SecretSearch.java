package io.backstay.http;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Looks for secrets in bytes: as they are, in hex, percent-encoded, and in base64 wherever in a longer text they begin. */
final class SecretSearch {
    private final Map<String, Set<String>> forms = new LinkedHashMap<>();

    /** Also looks for a text. */
    SecretSearch add(String what, String secret) {
        return add(what, secret.getBytes(StandardCharsets.UTF_8))
                .addForm(what, URLEncoder.encode(secret, StandardCharsets.UTF_8));
    }

    /** Also looks for bytes. */
    SecretSearch add(String what, byte[] secret) {
        addForm(what, new String(secret, StandardCharsets.ISO_8859_1));
        addForm(what, HexFormat.of().formatHex(secret));
        addForm(what, HexFormat.of().withUpperCase().formatHex(secret));
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + secret.length];
            System.arraycopy(secret, 0, shifted, before, secret.length);
            // Letters that also depend on what stands before or after are left out.
            int from = (8 * before + 5) / 6;
            int to = 8 * shifted.length / 6;
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                addForm(what, encoder.encodeToString(shifted).substring(from, to));
            }
        }
        return this;
    }

    private SecretSearch addForm(String what, String form) {
        if (form.length() < 8) {
            throw new IllegalArgumentException("too short to be looked for: " + what);
        }
        forms.computeIfAbsent(what, any -> new LinkedHashSet<>()).add(form);
        return this;
    }

    /** What stands in the bytes. */
    List<String> in(String place, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<String> found = new ArrayList<>();
        forms.forEach((what, all) -> {
            if (all.stream().anyMatch(text::contains)) {
                found.add(what + " in " + place);
            }
        });
        return found;
    }

    /** What stands in the files of a folder, but for those at the paths below it that are meant to hold it. */
    List<String> inFiles(Path folder, String... butFor) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Arrays.stream(butFor).noneMatch(folder.relativize(file)::startsWith)) {
                    found.addAll(in(file.toString(), content(file)));
                }
            }
        }
        return found;
    }

    /** Nothing where the file has gone meanwhile: what it became has another name, and is looked at as well. */
    private static byte[] content(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }
}
