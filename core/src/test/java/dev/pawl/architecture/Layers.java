package dev.pawl.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The layers of the library and what each may use of the others.
 *
 * <p>The root package, which opens everything, is above them all and may use them all. The rules are made for a root
 * package, so that they can be tried on packages that break them.
 */
final class Layers {

    private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

    static {
        MAY_USE.put("json", List.of());
        MAY_USE.put("backend", List.of("json"));
        MAY_USE.put("file", List.of("backend", "json"));
        MAY_USE.put("lease", List.of("backend", "json"));
        MAY_USE.put("event", List.of("backend", "json"));
        MAY_USE.put("auth", List.of("lease", "event", "backend", "json"));
        MAY_USE.put("message", List.of("lease", "event", "backend", "json"));
        MAY_USE.put("job", List.of("lease", "event", "backend", "json"));
        MAY_USE.put("transport", List.of("event", "backend", "json"));
        MAY_USE.put("migrate", List.of("auth", "message", "job", "lease", "event", "backend", "json"));
    }

    private final String root;

    private Layers(String root) {
        this.root = root;
    }

    static Layers below(String root) {
        return new Layers(root);
    }

    static List<String> names() {
        return List.copyOf(MAY_USE.keySet());
    }

    /** What a layer uses of ours is itself and the layers that are listed for it. */
    ArchRule dependenciesPointDown(String layer) {
        String[] allowed = Stream.concat(Stream.of(layer), MAY_USE.get(layer).stream())
                .map(this::packages)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(packages(layer))
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage(root + "..")).or(resideInAnyPackage(allowed)))
                .as("of ours, " + layer + " uses only " + MAY_USE.get(layer))
                .allowEmptyShould(true);
    }

    /** A class outside the layers would be free of every rule above. */
    ArchRule everyClassIsInALayer() {
        String[] known = Stream.concat(Stream.of(root), names().stream().map(this::packages))
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .resideInAnyPackage(known)
                .as("every class stands in the root package or in a layer of " + names());
    }

    private String packages(String layer) {
        return root + "." + layer + "..";
    }
}
