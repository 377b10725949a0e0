package io.backstay.node.config;

/** The reference of all keys as text, from the keys' own descriptions. */
public final class ConfigurationReference {
    private ConfigurationReference() {}

    /** The text, one paragraph a key. */
    public static String text() {
        StringBuilder text = new StringBuilder("""
            Every key stands in a HOCON file given with --config, or in the environment, which wins.
            Lists are written in brackets in a file and with commas in the environment.

            """);
        for (Key<?> key : Keys.all()) {
            text.append(key.name()).append("  (").append(key.variable()).append(")\n");
            text.append("    ").append(key.description()).append('\n');
            text.append("    ")
                    .append(key.list() ? "List, each " : "Value: ")
                    .append(key.secret() ? "a secret" : key.type().expected())
                    .append('.');
            if (!key.fallback().isEmpty()) {
                text.append(" Default: ").append(key.fallback()).append('.');
            }
            text.append("\n\n");
        }
        return text.toString();
    }
}
