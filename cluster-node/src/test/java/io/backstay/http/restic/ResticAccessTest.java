package io.backstay.http.restic;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.Api;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What those are told who may not do something in a repository; who may what stands in {@link AccessTableTest}. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
class ResticAccessTest {
    private final RunningNode node;
    private final People people;
    private final People.Person owner;
    private final String name;
    private final String id;

    ResticAccessTest(RunningNode node) {
        this.node = node;
        this.people = new People(node);
        this.owner = people.user("user");
        this.name = node.freshName("repo");
        this.id = people.repository(owner, name);
    }

    @Test
    void refusalsOfAppendersSayWhatIsMissing() {
        Restic appender =
                Restic.to(node, name, people.token(owner, id, "append").authorization());
        assertThat(appender.delete("snapshots/" + "0".repeat(64))
                        .expectProblem(403, "append-only")
                        .text("/advice"))
                .contains("full permission");
    }

    @Test
    void strangersAreAskedForAPassword() {
        assertThat(Restic.stranger(node, name)
                        .get("config")
                        .expectProblem(401, "unauthenticated")
                        .header("WWW-Authenticate"))
                .contains("Basic realm=\"Backstay\", charset=\"UTF-8\"");
        Restic.to(node, name, Api.basicValue(owner.name(), "wrong"))
                .get("config")
                .expect(401);
        Restic.to(node, name, Api.basicValue("nobody", "wrong")).get("config").expect(401);
        assertThat(Restic.stranger(node, name).head("config").expect(401).header("WWW-Authenticate"))
                .isPresent();
    }

    @Test
    void aBrowsersCookieOpensNoRepository() {
        String session = owner.authorization().substring("Bearer ".length());
        Restic.stranger(node, name)
                .with("Cookie", "backstay_session=" + session)
                .with("X-Backstay-Client", "web")
                .get("config")
                .expect(401);
    }

    @Test
    void aTokenCannotTellWhichRepositoriesThereAre() {
        String authorization = people.token(owner, id, "full").authorization();
        String others = node.freshName("repo");
        people.repository(people.user("user"), others);
        String taken =
                Restic.to(node, others, authorization).get("config").expect(403).text("/detail");
        Restic none = Restic.to(node, node.freshName("none"), authorization);
        assertThat(none.get("config").expect(403).text("/detail")).isEqualTo(taken);
        assertThat(none.create().expect(403).text("/detail")).isEqualTo(taken);
        assertThat(owner.api().get("/repositories").texts("name")).containsExactly(name);
    }
}
