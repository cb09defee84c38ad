package dev.pawl.baileys;

import dev.pawl.baileys.DeviceProcess.Said;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What sessions have to send, some messages at a time each, whichever process has them: what was not acknowledged is given
 * to the next one again, under the same id.
 */
final class Outgoing {

    private static final int AT_ONCE = 3;

    private final List<String> sessions;
    private final List<String> chats;
    private final Random random;
    private final Executor later;

    // all under the lock of this
    private final Map<String, Message> open = new LinkedHashMap<>();
    private final Map<String, List<String>> sent = new HashMap<>();
    private Function<String, Optional<DeviceProcess>> holder = session -> Optional.empty();
    private boolean talking;
    private int number;

    private record Message(String id, String session, String chat, String text) {}

    /** Each sends as fast as it can. */
    Outgoing(List<String> sessions, List<String> chats, long seed) {
        this(sessions, chats, seed, Runnable::run);
    }

    /** Each waits for so long between what was acknowledged and what follows it. */
    Outgoing(List<String> sessions, List<String> chats, long seed, Duration pause) {
        this(sessions, chats, seed, CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    private Outgoing(List<String> sessions, List<String> chats, long seed, Executor later) {
        this.sessions = sessions;
        this.chats = chats;
        this.random = new Random(seed);
        this.later = later;
    }

    /** Begins, or goes on with another process. */
    synchronized void through(Function<String, Optional<DeviceProcess>> process) {
        holder = process;
        if (!talking) {
            talking = true;
            for (int i = 0; i < AT_ONCE; i++) {
                sessions.forEach(this::more);
            }
        }
    }

    private synchronized void more(String session) {
        if (talking) {
            number++;
            String id = "3EB0" + String.format("%016X%06X", random.nextLong(), number);
            String chat = chats.get(random.nextInt(chats.size()));
            Message message = new Message(id, session, chat, "out " + number);
            open.put(id, message);
            give(message);
        }
    }

    private void give(Message message) {
        holder.apply(message.session())
                .ifPresent(process ->
                        process.tell("send", message.session(), message.id(), message.chat(), message.text()));
    }

    /** What processes say. */
    synchronized void hear(Said said) {
        switch (said.words().get(0)) {
            case "sent" -> {
                Message message = open.remove(said.words().get(2));
                if (message != null) {
                    sent.computeIfAbsent(message.chat(), chat -> new ArrayList<>())
                            .add(message.id());
                    later.execute(() -> more(message.session()));
                }
                notifyAll();
            }
            case "connected" -> again(said.words().get(1));
            default -> {}
        }
    }

    /** Gives what is not acknowledged to whoever has the session now. */
    synchronized void again(String session) {
        open.values().stream()
                .filter(message -> message.session().equals(session))
                .toList()
                .forEach(this::give);
    }

    /** Begins nothing new, and waits until all is acknowledged. */
    synchronized void finish() throws InterruptedException {
        talking = false;
        long end = System.nanoTime() + DeviceProcess.PATIENCE.toNanos();
        long asked = System.nanoTime();
        while (!open.isEmpty()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not acknowledged: " + open.values());
            }
            if (System.nanoTime() - asked > TimeUnit.SECONDS.toNanos(5)) {
                asked = System.nanoTime();
                new TreeSet<>(sessions).forEach(this::again);
            }
            wait(200);
        }
    }

    /** Waits until so many were acknowledged. */
    synchronized void awaitCount(int wanted) throws InterruptedException {
        long end = System.nanoTime() + DeviceProcess.PATIENCE.toNanos();
        while (count() < wanted) {
            if (System.nanoTime() > end) {
                throw new AssertionError("sent " + count() + ", wanted " + wanted + ", waiting " + open.values());
            }
            wait(200);
        }
    }

    /** The ids of what was acknowledged, of a chat. */
    synchronized List<String> sent(String chat) {
        return List.copyOf(sent.getOrDefault(chat, List.of()));
    }

    synchronized int count() {
        return sent.values().stream().mapToInt(List::size).sum();
    }
}
