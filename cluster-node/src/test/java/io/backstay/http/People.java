package io.backstay.http;

import java.util.Map;

/** Makes users of a node. */
public final class People {
    /** The password of all of them. */
    public static final String PASSWORD = "a good password";

    private final RunningNode node;
    private final Api admin;

    /**
     * A user.
     *
     * @param api with a session
     * @param authorization the session, as a header's value
     */
    public record Person(String id, String name, Api api, String authorization) {}

    /**
     * An application token.
     *
     * @param authorization as a header's value
     */
    public record Token(String id, String secret, String authorization) {}

    /** Users of that node. */
    public People(RunningNode node) {
        this.node = node;
        this.admin = node.admin();
    }

    /** A new one with that role. */
    public Person user(String role) {
        String name = node.freshName(role);
        String id = admin.post("/users", Map.of("name", name, "role", role, "password", PASSWORD))
                .expect(201)
                .text("/id");
        Api stranger = Api.of(node);
        String session = stranger.signIn(name, PASSWORD).text("/token");
        return new Person(id, name, stranger.bearer(session), "Bearer " + session);
    }

    /** A repository's id. */
    public String repository(Person owner, String name) {
        return owner.api()
                .post("/repositories", Map.of("name", name))
                .expect(201)
                .text("/id");
    }

    /** A token of that person for that repository. */
    public Token token(Person owner, String repository, String permission) {
        Answer made = owner.api()
                .post("/tokens", Map.of("name", permission, "repository", repository, "permission", permission))
                .expect(201);
        String secret = made.text("/secret");
        return new Token(made.text("/token/id"), secret, Api.basicValue("token", secret));
    }
}
