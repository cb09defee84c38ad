package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.transport.CloseReason;
import dev.pawl.transport.KeyChanges;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps a read or a write waiting when it is told to, so that something else happens in between. */
final class WatchfulHost extends MemoryHost {

    private static final Pattern TEXT = Pattern.compile("\"conversation\":\"([^\"]{1,40})");

    /** What somebody waits for, and what lets it go on. */
    static final class Hold {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        private void stop() {
            reached.countDown();
            await(released);
        }

        void awaitReached() {
            await(reached);
        }

        void release() {
            released.countDown();
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    /** The texts that were handed over, or how they begin. */
    final List<String> texts = new CopyOnWriteArrayList<>();

    volatile String closedWith = "";
    private volatile BiPredicate<String, Collection<String>> reads = (type, names) -> false;
    private volatile Predicate<KeyChanges> writes = changes -> false;
    private volatile Hold hold = new Hold();

    /** The next read of the session with somebody waits once it has read. */
    Hold holdReadOfSession(Person with) {
        hold = new Hold();
        reads = (type, names) ->
                type.equals("session") && names.stream().anyMatch(name -> name.startsWith(with.lidUser()));
        return hold;
    }

    /** The next such write waits before it is done. */
    Hold holdWrite(Predicate<KeyChanges> which) {
        hold = new Hold();
        writes = which;
        return hold;
    }

    @Override
    public Map<String, Bytes> read(String type, Collection<String> names) {
        Map<String, Bytes> found = super.read(type, names);
        if (reads.test(type, names)) {
            reads = (others, ofThem) -> false;
            hold.stop();
        }
        return found;
    }

    @Override
    public void write(KeyChanges changes) {
        if (writes.test(changes)) {
            writes = any -> false;
            hold.stop();
        }
        super.write(changes);
    }

    @Override
    public void event(RawEvent event) {
        if (event.name().equals("messages.upsert")) {
            Matcher found = TEXT.matcher(event.data().toText());
            while (found.find()) {
                texts.add(found.group(1));
            }
        }
        super.event(event);
    }

    @Override
    public void closed(CloseReason reason) {
        closedWith = reason.message();
        super.closed(reason);
    }
}
