package dev.pawl.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ForwardingBackendTest {

    private static final Map<Class<?>, Object> ARGUMENTS = Map.of(
            SessionName.class,
            SessionName.of("s"),
            Collection.class,
            List.of(Key.CREDENTIALS),
            Key.class,
            Key.CREDENTIALS,
            Scan.class,
            Scan.of(Family.KEY),
            Batch.class,
            Batch.EMPTY,
            Set.class,
            EnumSet.of(Family.KEY),
            List.class,
            List.of(Check.absent(Key.CREDENTIALS)),
            Family.class,
            Family.KEY,
            Optional.class,
            Optional.of("after"),
            int.class,
            42);

    private static final Map<Class<?>, Object> RESULTS = Map.of(
            Traits.class,
            new Traits(Set.of(), Durability.NONE, Traits.Limits.NONE, false, Set.of()),
            Map.class,
            Map.of(),
            Page.class,
            Page.last(List.of()),
            String.class,
            "place",
            Inspection.class,
            new Inspection("format", List.of()));

    private final List<List<Object>> calls = new ArrayList<>();

    /** A backend that writes down what it is asked and answers with the one value of that type. */
    private Backend recording() {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    List<Object> call = new ArrayList<>(List.of(method.getName()));
                    call.addAll(Arrays.asList(arguments == null ? new Object[0] : arguments));
                    calls.add(call);
                    return RESULTS.get(method.getReturnType());
                });
    }

    private static List<Method> methods() {
        return Arrays.stream(Backend.class.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .toList();
    }

    private static Object[] arguments(Method method) {
        return Arrays.stream(method.getParameterTypes()).map(ARGUMENTS::get).toArray();
    }

    @Test
    void everyMethodIsPassedOnWithItsArgumentsAndItsAnswer() throws Exception {
        Backend forwarding = new ForwardingBackend(recording());
        assertThat(methods()).hasSizeGreaterThanOrEqualTo(10);
        for (Method method : methods()) {
            calls.clear();

            Object answer = method.invoke(forwarding, arguments(method));

            List<Object> expected = new ArrayList<>(List.of(method.getName()));
            expected.addAll(Arrays.asList(arguments(method)));
            assertThat(calls).as("%s", method).containsExactly(expected);
            assertThat(answer).as("%s", method).isSameAs(RESULTS.get(method.getReturnType()));
        }
    }

    @Test
    void whatAMethodThrowsComesThroughAsItIs() {
        ConflictException failure = new ConflictException("no");
        Backend failing = (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    throw failure;
                });
        for (Method method : methods()) {
            assertThatThrownBy(() -> method.invoke(new ForwardingBackend(failing), arguments(method)))
                    .as("%s", method)
                    .isInstanceOf(InvocationTargetException.class)
                    .extracting(Throwable::getCause)
                    .isSameAs(failure);
        }
    }

    @Test
    void oneRowIsReadThroughTheGetThatADecoratorSees() {
        List<Collection<Key>> asked = new ArrayList<>();
        Backend decorator = new ForwardingBackend(new MemoryBackend()) {
            @Override
            public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                asked.add(keys);
                return super.get(session, keys);
            }
        };

        assertThat(decorator.get(SessionName.DEFAULT, Key.CREDENTIALS)).isEmpty();
        assertThat(asked).containsExactly(List.of(Key.CREDENTIALS));
    }

    /** A backend that can lock, somewhere below. */
    private static final class Locking extends ForwardingBackend implements ProcessLocking {
        Locking() {
            super(new MemoryBackend());
        }

        @Override
        public Optional<ProcessLock> tryLock(SessionName session, String name) {
            return Optional.empty();
        }
    }

    @Test
    void aCapabilityIsFoundThroughDecorators() {
        Locking locking = new Locking();
        Backend decorated = new ForwardingBackend(new ForwardingBackend(locking));

        assertThat(decorated.as(ProcessLocking.class)).containsSame(locking);
        assertThat(decorated.as(MemoryBackend.class)).isPresent();
        assertThat(decorated.as(Runnable.class)).isEmpty();
        assertThat(new ForwardingBackend(new MemoryBackend()).as(ProcessLocking.class))
                .isEmpty();
    }

    @Test
    void theOutermostBackendThatCanIsTheOneThatDoes() {
        Backend inner = new Locking();
        class Outer extends ForwardingBackend implements ProcessLocking {
            Outer() {
                super(inner);
            }

            @Override
            public Optional<ProcessLock> tryLock(SessionName session, String name) {
                return Optional.empty();
            }
        }
        Outer outer = new Outer();

        assertThat(new ForwardingBackend(outer).as(ProcessLocking.class)).containsSame(outer);
        assertThat(new MemoryBackend().as(ProcessLocking.class)).isEmpty();
    }
}
