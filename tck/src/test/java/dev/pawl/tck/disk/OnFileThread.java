package dev.pawl.tck.disk;

import dev.pawl.file.Workers;
import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs tests on a thread of those that write files. Backends hand none of their work over to another thread then,
 * which takes longer than most operations on a simulated disk. For tests of what is done, not of who does it.
 */
final class OnFileThread implements InvocationInterceptor {

    @Override
    public void interceptTestMethod(
            Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(test);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(test);
    }

    private static void run(Invocation<Void> test) throws Throwable {
        Optional<Throwable> failure = Workers.call(() -> {
            try {
                test.proceed();
                return Optional.empty();
            } catch (Throwable e) {
                return Optional.of(e);
            }
        });
        if (failure.isPresent()) {
            throw failure.get();
        }
    }
}
