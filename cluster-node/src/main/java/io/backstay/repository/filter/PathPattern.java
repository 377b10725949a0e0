package io.backstay.repository.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One pattern for paths: names between slashes; from the root where it begins with one, otherwise anywhere; a name {@code **}
 * for any number of names. It also matches everything below what it matches.
 */
final class PathPattern {
    /** The first part of what begins at the root, of paths as of patterns. */
    private static final String ROOT = "/";

    private final boolean negated;
    private final List<Part> parts;

    /** One name of a pattern. */
    private sealed interface Part {
        boolean matches(String name);
    }

    /** A name as it is. */
    private record Plain(String name) implements Part {
        @Override
        public boolean matches(String other) {
            return name.equals(other);
        }
    }

    /** A name with wildcards. */
    private record Wild(NamePattern pattern) implements Part {
        @Override
        public boolean matches(String name) {
            return pattern.matches(name);
        }
    }

    /** Any number of names. */
    private record AnyNames() implements Part {
        @Override
        public boolean matches(String name) {
            return true;
        }
    }

    private static final Part ANY_NAME = new Wild(new NamePattern("*"));

    private PathPattern(boolean negated, List<Part> parts) {
        this.negated = negated;
        this.parts = parts;
    }

    /** @throws IllegalArgumentException where it is malformed */
    static PathPattern parse(String text) {
        boolean negated = text.startsWith("!");
        List<Part> parts = new ArrayList<>();
        for (String name : split(clean(negated ? text.substring(1) : text))) {
            if (name.equals("**")) {
                parts.add(new AnyNames());
            } else if (name.matches("[^\\\\\\[\\]*?]*")) {
                parts.add(new Plain(name));
            } else {
                parts.add(new Wild(new NamePattern(name)));
            }
        }
        return new PathPattern(negated, parts);
    }

    boolean isNegated() {
        return negated;
    }

    /** Whether the path, or a folder that it is in, is meant. */
    boolean matches(List<String> path) {
        return matches(parts, path);
    }

    /** Whether something below the path may be meant. */
    boolean mayMatchBelow(List<String> path) {
        if (!isRooted(parts)) {
            return true;
        }
        Optional<Integer> any = anyNames(parts);
        List<String> names = any.isPresent() && path.size() >= any.get() ? path.subList(0, any.get()) : path;
        return matches(parts.subList(0, Math.min(names.size(), parts.size())), names);
    }

    /** A path's names; the first is {@code /} where it begins with one. */
    static List<String> split(String path) {
        List<String> names = new ArrayList<>(List.of(path.split("/", -1)));
        if (names.getFirst().isEmpty()) {
            names.set(0, ROOT);
        }
        return names;
    }

    private static boolean matches(List<Part> pattern, List<String> path) {
        Optional<Integer> any = anyNames(pattern);
        if (any.isPresent()) {
            int position = any.get();
            for (int names = 0; names <= path.size() - pattern.size() + 1; names++) {
                List<Part> longer = new ArrayList<>(pattern.subList(0, position));
                for (int i = 0; i < names; i++) {
                    longer.add(ANY_NAME);
                }
                longer.addAll(pattern.subList(position + 1, pattern.size()));
                if (matches(longer, path)) {
                    return true;
                }
            }
            return false;
        }
        if (pattern.isEmpty()) {
            return path.isEmpty();
        }
        int last = isRooted(pattern) ? 0 : path.size() - pattern.size();
        int first = !isRooted(pattern) && !path.isEmpty() && path.getFirst().equals(ROOT) ? 1 : 0;
        for (int offset = Math.min(last, path.size() - pattern.size()); offset >= first; offset--) {
            if (matchesAt(pattern, path, offset)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matchesAt(List<Part> pattern, List<String> path, int offset) {
        for (int i = pattern.size() - 1; i >= 0; i--) {
            if (!pattern.get(i).matches(path.get(offset + i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isRooted(List<Part> pattern) {
        return !pattern.isEmpty()
                && pattern.getFirst() instanceof Plain plain
                && plain.name().equals(ROOT);
    }

    private static Optional<Integer> anyNames(List<Part> pattern) {
        for (int i = 0; i < pattern.size(); i++) {
            if (pattern.get(i) instanceof AnyNames) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** As Go's {@code filepath.Clean}: no doubled slashes, no dots, nothing behind the last name. */
    private static String clean(String path) {
        boolean rooted = path.startsWith(ROOT);
        List<String> names = new ArrayList<>();
        for (String name : path.split("/", -1)) {
            if (name.equals("..") && !names.isEmpty() && !names.getLast().equals("..")) {
                names.removeLast();
            } else if (name.equals("..") && !rooted) {
                names.add(name);
            } else if (!name.isEmpty() && !name.equals(".") && !name.equals("..")) {
                names.add(name);
            }
        }
        String joined = String.join("/", names);
        return rooted ? ROOT + joined : joined.isEmpty() ? "." : joined;
    }
}
