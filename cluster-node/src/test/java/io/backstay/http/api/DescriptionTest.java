package io.backstay.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.backstay.http.Contract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DescriptionTest {
    private static final Pattern PARAMETER = Pattern.compile("\\{([^}]+)}");
    private static final List<Endpoint> SERVED = EndpointTable.endpoints();

    @Test
    void describesWhatIsServedAndNothingElse() {
        List<String> served = SERVED.stream()
                .map(endpoint -> endpoint.method() + " " + endpoint.template())
                .toList();
        assertThat(served).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(served))
                .isEqualTo(new TreeSet<>(Contract.LOADED.operations().keySet()));
    }

    @Test
    void saysWhichEndpointsNeedNoCredentials() {
        JsonNode paths = Contract.LOADED.document().path("paths");
        for (Endpoint endpoint : SERVED) {
            JsonNode operation =
                    paths.path(endpoint.template()).path(endpoint.method().toLowerCase(java.util.Locale.ROOT));
            boolean open =
                    operation.has("security") && operation.path("security").isEmpty();
            assertThat(open).as("%s", endpoint).isEqualTo(endpoint.open());
        }
    }

    @Test
    void namesEachOperationOnce() {
        assertThat(Contract.LOADED.operations().values())
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z][A-Za-z]+"));
    }

    @Test
    void resolvesAllItsReferences() {
        JsonNode document = Contract.LOADED.document();
        assertThat(document.findValuesAsText("$ref"))
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void declaresTheParametersOfEachPath() {
        JsonNode document = Contract.LOADED.document();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            List<String> wanted = new ArrayList<>();
            Matcher names = PARAMETER.matcher(path.getKey());
            while (names.find()) {
                wanted.add(names.group(1));
            }
            for (JsonNode operation : path.getValue()) {
                List<String> declared = new ArrayList<>();
                for (JsonNode reference : operation.path("parameters")) {
                    JsonNode parameter =
                            document.at(reference.path("$ref").asText().substring(1));
                    if (parameter.path("in").asText().equals("path")) {
                        declared.add(parameter.path("name").asText());
                    }
                }
                assertThat(declared).as(path.getKey()).isEqualTo(wanted);
            }
        }
    }
}
