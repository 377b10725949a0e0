package io.backstay.local.harness;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks for secrets in bytes, all of them in one pass: as they are, in hexadecimal digits, percent-encoded, as a JSON string,
 * and in base64 and its URL-safe form wherever in a longer text they begin. Never tells a secret, only its name.
 */
public final class SecretSearch {
    /** Shorter ones would be found where they are not. */
    private static final int SHORTEST = Long.BYTES;

    private static final int FILTER_BITS = 16;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final List<Form> forms = new ArrayList<>();
    private final Map<Long, List<Form>> byBeginning = new HashMap<>();
    private final BitSet beginnings = new BitSet(1 << FILTER_BITS);

    /** A secret that stands where it was looked for. */
    public record Finding(String secret, String form, String place) {
        @Override
        public String toString() {
            return "%s, %s, in %s".formatted(secret, form, place);
        }
    }

    private record Form(String secret, String name, byte[] bytes) {
        boolean standsAt(byte[] text, int from) {
            return from + bytes.length <= text.length
                    && Arrays.equals(text, from, from + bytes.length, bytes, 0, bytes.length);
        }
    }

    /** Also looks for a text. */
    public SecretSearch add(String secret, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(secret, bytes);
        String form = URLEncoder.encode(text, StandardCharsets.UTF_8);
        String percent = form.replace("+", "%20");
        String json = text.replace("\\", "\\\\").replace("\"", "\\\"");
        addForm(secret, "form-encoded", form);
        addForm(secret, "percent-encoded", percent);
        addForm(secret, "percent-encoded", lowerCaseEscapes(percent));
        addForm(secret, "as a JSON string", json);
        return this;
    }

    /** Also looks for bytes. */
    public SecretSearch add(String secret, byte[] bytes) {
        addForm(secret, "plain", bytes);
        addForm(secret, "hexadecimal", HexFormat.of().formatHex(bytes));
        addForm(secret, "hexadecimal", HexFormat.of().withUpperCase().formatHex(bytes));
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            // Letters that also depend on what stands before or after are left out.
            int from = (8 * before + 5) / 6;
            int to = 8 * shifted.length / 6;
            addForm(
                    secret,
                    "base64",
                    Base64.getEncoder().encodeToString(shifted).substring(from, to));
            addForm(
                    secret,
                    "base64url",
                    Base64.getUrlEncoder().encodeToString(shifted).substring(from, to));
        }
        return this;
    }

    private void addForm(String secret, String name, String form) {
        addForm(secret, name, form.getBytes(StandardCharsets.UTF_8));
    }

    private void addForm(String secret, String name, byte[] bytes) {
        if (bytes.length < SHORTEST) {
            throw new IllegalArgumentException("too short to be looked for: " + secret);
        }
        if (forms.stream().anyMatch(form -> form.secret().equals(secret) && Arrays.equals(form.bytes(), bytes))) {
            return;
        }
        Form form = new Form(secret, name, bytes);
        long beginning = 0;
        for (int i = 0; i < SHORTEST; i++) {
            beginning = beginning << Byte.SIZE | bytes[i] & 0xff;
        }
        forms.add(form);
        byBeginning.computeIfAbsent(beginning, any -> new ArrayList<>()).add(form);
        beginnings.set(slot(beginning));
    }

    private static String lowerCaseEscapes(String percent) {
        return Pattern.compile("%[0-9A-F]{2}")
                .matcher(percent)
                .replaceAll(escape -> escape.group().toLowerCase(Locale.ROOT));
    }

    private static int slot(long beginning) {
        return (int) (beginning * SPREAD >>> Long.SIZE - FILTER_BITS);
    }

    /** The secrets' names. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        forms.forEach(form -> names.add(form.secret()));
        return names;
    }

    /** Every form that is looked for, to plant it: the bytes by a name of their own. */
    public Map<String, byte[]> everyForm() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (Form form : forms) {
            all.put("%s %d".formatted(form.name(), all.size()), form.bytes().clone());
        }
        return all;
    }

    /** What stands in the bytes, each once. */
    public Set<Finding> in(String place, byte[] bytes) {
        Set<Finding> found = new LinkedHashSet<>();
        long last = 0;
        for (int i = 0; i < bytes.length; i++) {
            last = last << Byte.SIZE | bytes[i] & 0xff;
            if (i >= SHORTEST - 1 && beginnings.get(slot(last))) {
                int from = i - SHORTEST + 1;
                byBeginning.getOrDefault(last, List.of()).stream()
                        .filter(form -> form.standsAt(bytes, from))
                        .forEach(form -> found.add(new Finding(form.secret(), form.name(), place)));
            }
        }
        return found;
    }
}
