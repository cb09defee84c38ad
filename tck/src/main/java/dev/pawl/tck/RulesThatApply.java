package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Traits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** Runs a {@link RuleFor} once where the subject of the class meets its needs, else not at all. A class is asked for its subject once. */
final class RulesThatApply implements TestTemplateInvocationContextProvider {

    private static final Namespace NAMESPACE = Namespace.create(RulesThatApply.class);

    private record Once(String name) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocation) {
            return name;
        }
    }

    private record Met(Set<Need> needs) {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public boolean mayReturnZeroTestTemplateInvocationContexts(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Class<?> suite = context.getRequiredTestClass();
        Met met = context.getParent()
                .orElseThrow()
                .getStore(NAMESPACE)
                .computeIfAbsent(suite, RulesThatApply::met, Met.class);
        RuleFor rule = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), RuleFor.class)
                .orElseThrow();
        return Optional.of(rule)
                .filter(applies -> met.needs().containsAll(Set.of(applies.value())))
                .<TestTemplateInvocationContext>map(applies -> new Once(context.getDisplayName()))
                .stream();
    }

    private static Met met(Class<?> suite) {
        try {
            ContractSuite asked = (ContractSuite) ReflectionSupport.newInstance(suite);
            Path directory = Files.createTempDirectory("pawl-tck-");
            try {
                Subject subject = asked.subject(directory);
                try (Backend backend = subject.open(Access.READ_WRITE)) {
                    Traits traits = backend.traits();
                    return new Met(Stream.of(Need.values())
                            .filter(need -> need.isMetBy(subject, traits))
                            .collect(Collectors.toUnmodifiableSet()));
                }
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
