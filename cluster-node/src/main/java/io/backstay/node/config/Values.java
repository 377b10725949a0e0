package io.backstay.node.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The texts that a file and the environment give for keys, each with its origin; the environment wins. */
final class Values {
    /** Variables with the prefix that are for the start script, not for the node. */
    private static final Set<String> SCRIPT_VARIABLES =
            Set.of("BACKSTAY_JVM_FOLDERS", "BACKSTAY_JAVA_HOME", "BACKSTAY_JAVA_MAJOR", "BACKSTAY_JAVA_MINIMUM");

    private final Config file;
    private final Map<String, String> environment;
    private final List<String> problems;

    /** What stands for a key, and where. */
    record Given(List<String> texts, String origin) {}

    private Values(Config file, Map<String, String> environment, List<String> problems) {
        this.file = file;
        this.environment = environment;
        this.problems = problems;
    }

    /** Reads the sources; what is wrong with them as a whole goes into {@code problems}. */
    static Values read(Optional<Path> file, Map<String, String> environment, List<String> problems) {
        Config parsed = ConfigFactory.empty();
        if (file.isPresent()) {
            try {
                // A file named otherwise than *.json or *.properties is HOCON, and a missing one is an error.
                ConfigParseOptions options = ConfigParseOptions.defaults()
                        .setAllowMissing(false)
                        .setSyntax(file.get().toString().endsWith(".json") ? ConfigSyntax.JSON : ConfigSyntax.CONF);
                parsed = ConfigFactory.parseFile(file.get().toFile(), options).resolve(ConfigResolveOptions.defaults());
            } catch (ConfigException e) {
                problems.add("%s cannot be read: %s".formatted(file.get(), e.getMessage()));
            }
        }
        return new Values(parsed, environment, problems);
    }

    /** Reports what no key is called. */
    void refuseUnknown(List<Key<?>> keys) {
        Map<String, Key<?>> byName = keys.stream().collect(Collectors.toMap(Key::name, key -> key));
        Set<String> unknown = new TreeSet<>();
        collect("", file.root(), byName.keySet(), unknown);
        for (String name : unknown) {
            ConfigValue value = file.getValue(name);
            problems.add("%s (%s) is no key of Backstay%s"
                    .formatted(name, value.origin().description(), nearest(name, byName.keySet())));
        }
        Set<String> variables = keys.stream().map(Key::variable).collect(Collectors.toSet());
        for (String variable : new TreeSet<>(environment.keySet())) {
            if (variable.startsWith("BACKSTAY_")
                    && !variables.contains(variable)
                    && !SCRIPT_VARIABLES.contains(variable)) {
                problems.add(
                        "%s (environment) is no key of Backstay%s".formatted(variable, nearest(variable, variables)));
            }
        }
    }

    /** What is given for the key. */
    Optional<Given> given(Key<?> key) {
        String variable = environment.get(key.variable());
        if (variable != null) {
            return Optional.of(
                    new Given(key.list() ? split(variable) : List.of(variable), "environment " + key.variable()));
        }
        if (!file.hasPath(key.name())) {
            return Optional.empty();
        }
        ConfigValue value = file.getValue(key.name());
        String origin = value.origin().description();
        return switch (value.valueType()) {
            case OBJECT -> {
                problems.add("%s (%s) is a group, expected %s"
                        .formatted(key.name(), origin, key.type().expected()));
                yield Optional.empty();
            }
            case LIST -> {
                if (!key.list()) {
                    problems.add("%s (%s) is a list, expected %s"
                            .formatted(key.name(), origin, key.type().expected()));
                    yield Optional.empty();
                }
                List<String> texts = new ArrayList<>();
                ((ConfigList) value).forEach(item -> texts.add(String.valueOf(item.unwrapped())));
                yield Optional.of(new Given(texts, origin));
            }
            case NUMBER, BOOLEAN, NULL, STRING -> {
                String text = String.valueOf(value.unwrapped());
                yield Optional.of(new Given(key.list() ? split(text) : List.of(text), origin));
            }
        };
    }

    private static void collect(String prefix, ConfigObject object, Set<String> known, Set<String> unknown) {
        object.forEach((name, value) -> {
            String path = prefix.isEmpty() ? ConfigUtil.joinPath(name) : prefix + "." + ConfigUtil.joinPath(name);
            if (known.contains(path)) {
                return;
            }
            boolean leadsOn = known.stream().anyMatch(key -> key.startsWith(path + "."));
            if (leadsOn && value.valueType() == ConfigValueType.OBJECT) {
                collect(path, (ConfigObject) value, known, unknown);
            } else if (value.valueType() != ConfigValueType.NULL) {
                unknown.add(path);
            }
        });
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private static String nearest(String name, Set<String> known) {
        return known.stream()
                .min(java.util.Comparator.comparingInt(candidate -> distance(name, candidate)))
                .filter(candidate -> distance(name, candidate) <= Math.max(2, name.length() / 5))
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("");
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
