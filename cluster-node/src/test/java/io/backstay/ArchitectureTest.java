package io.backstay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The order of the rooms, as the table in CONTRIBUTING.md has it. A rule also holds for a room that does not exist yet; a
 * room that no rule knows is refused.
 */
@Tag("architecture")
final class ArchitectureTest {
    private static final String ROOT = "io.backstay.";

    /** Which rooms a room may use, beside itself. */
    private static final Map<String, Set<String>> MAY_USE = new TreeMap<>(Map.of(
            "model", Set.of(),
            "objects", Set.of("model"),
            "repository", Set.of("model", "objects"),
            "cluster", Set.of("model"),
            "manager", Set.of("model", "cluster"),
            "storage", Set.of("model", "objects", "cluster"),
            "backup", Set.of("model", "objects", "repository", "cluster", "manager", "storage"),
            "http", Set.of("model", "objects", "repository", "cluster", "manager", "storage", "backup"),
            "cli", Set.of("model", "objects", "repository"),
            "node",
                    Set.of(
                            "model",
                            "objects",
                            "repository",
                            "cluster",
                            "manager",
                            "storage",
                            "backup",
                            "http",
                            "cli")));

    /** What decides and computes, and therefore knows no actors, no HTTP, no Scala, no databases. */
    private static final String[] PURE = {
        ROOT + "model..",
        ROOT + "objects..",
        ROOT + "repository..",
        ROOT + "manager.state..",
        ROOT + "storage.protocol..",
        ROOT + "storage.placement..",
        ROOT + "cluster.view.."
    };

    private static final String[] MACHINERY = {
        "org.apache.pekko..",
        "scala..",
        "com.typesafe..",
        "slick..",
        "java.sql..",
        "javax.sql..",
        "org.postgresql..",
        "com.zaxxer..",
        "redis..",
        "picocli..",
        "com.sun.net.."
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages("io.backstay");

    @TestFactory
    List<DynamicTest> roomUsesOnlyTheRoomsBelowIt() {
        return MAY_USE.entrySet().stream()
                .map(room -> DynamicTest.dynamicTest(
                        room.getKey(),
                        () -> check(noClasses()
                                .that()
                                .resideInAPackage(ROOT + room.getKey() + "..")
                                .should()
                                .dependOnClassesThat(inAnotherRoomThan(room.getKey(), room.getValue()))
                                .because("the rooms have an order, see CONTRIBUTING.md"))))
                .toList();
    }

    @Test
    void everyClassLivesInAKnownRoom() {
        check(classes()
                .should()
                .resideInAnyPackage(MAY_USE.keySet().stream()
                        .map(room -> ROOT + room + "..")
                        .toArray(String[]::new)));
    }

    @Test
    void everyPackageSaysWhatItIsForAndIsNullMarked() {
        check(classes()
                .should(ArchCondition.from(DescribedPredicate.describe(
                        "live in a package whose package-info.java is @NullMarked",
                        used -> used.getPackage().isAnnotatedWith(NullMarked.class)))));
    }

    @Test
    void modelKnowsNothingButTheJdk() {
        check(classes()
                .that()
                .resideInAPackage(ROOT + "model..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(ROOT + "model..", "java..", "org.jspecify.."));
    }

    @Test
    void pureRoomsKnowNoMachinery() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(MACHINERY));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("io.backstay.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(
                        DescribedPredicate.describe(
                                "Main, which only names the commands",
                                used -> used.getName().equals(ROOT + "node.Main")),
                        DescribedPredicate.alwaysTrue()));
    }

    @Test
    void loggingGoesBySlf4j() {
        check(noClasses().should().dependOnClassesThat().resideInAnyPackage("java.util.logging.."));
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "node..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ch.qos.logback.."));
    }

    @Test
    void onlyTheCommandWritesToTheConsole() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "cli..", ROOT + "node..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> inAnotherRoomThan(String room, Set<String> allowed) {
        return DescribedPredicate.describe(
                allowed.isEmpty() ? "are in another room" : "are in a room other than " + String.join(", ", allowed),
                used -> used.getPackageName().startsWith(ROOT)
                        && !roomOf(used).equals(room)
                        && !allowed.contains(roomOf(used)));
    }

    private static String roomOf(JavaClass used) {
        return used.getPackageName().substring(ROOT.length()).split("\\.", 2)[0];
    }
}
