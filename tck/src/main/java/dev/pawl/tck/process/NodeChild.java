package dev.pawl.tck.process;

import dev.pawl.Backends;
import dev.pawl.Pawl;
import dev.pawl.auth.AuthState;
import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Access;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A node of an application, in a process of its own: opens sessions as it is told, writes to each of them until that is
 * refused, and says what becomes of it. {@link NodeProcess} talks to it.
 */
final class NodeChild {

    private static final String CLOSE = "CLOSE";
    private static final long PROCESS = ProcessHandle.current().pid();

    /** One for each locator, as in an application. */
    private final Map<String, Pawl> stores = new HashMap<>();

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work);
        // The end of the process is not theirs to put off.
        thread.setDaemon(true);
        return thread;
    });

    private NodeChild() {}

    /** How a session is opened. */
    enum Way {
        /** A holder is given way to. */
        POLITE,
        TAKING_OVER,
        WAITING,
        /** As from another machine: nobody here can look this process up. */
        FAR_AWAY;

        AuthStore.Opening apply(AuthStore.Opening opening) {
            return switch (this) {
                case POLITE, FAR_AWAY -> opening;
                case TAKING_OVER -> opening.takeOver();
                case WAITING -> opening.waitForRelease(Duration.ofSeconds(60));
            };
        }
    }

    /** An order to open these sessions, each by itself, and to write in so many lanes of each. */
    static String order(Way way, String locator, List<String> sessions, int lanes) {
        return String.join("\t", way.name(), locator, String.join(",", sessions), "" + lanes);
    }

    /** An order to close a store, with all sessions that were opened there. */
    static String close(String locator) {
        return String.join("\t", CLOSE, locator);
    }

    /**
     * Carries out orders until there are no more.
     *
     * @param arguments the locator of a store that is warmed up with, and belongs to this process alone
     */
    public static void main(String[] arguments) throws IOException {
        // What is loaded now takes no time later, when it counts.
        try (Pawl pawl = Pawl.open(arguments[0])) {
            AuthStore store = pawl.auth();
            AuthState.loadOrCreate(store);
            new Lane(SessionName.DEFAULT, 0).write(store, 10, PROCESS);
        }
        NodeChild node = new NodeChild();
        say("ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            node.carryOut(order.split("\t"));
        }
        node.stores.values().forEach(Pawl::close);
    }

    /** In one piece, so that no kill leaves half a line. */
    private static void say(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    private void carryOut(String[] order) {
        if (order[0].equals(CLOSE)) {
            synchronized (stores) {
                Optional.ofNullable(stores.remove(order[1])).ifPresent(Pawl::close);
            }
            say("closed");
            return;
        }
        Way way = Way.valueOf(order[0]);
        int lanes = Integer.parseInt(order[3]);
        for (String session : order[2].split(",")) {
            threads.execute(() -> hold(way, order[1], SessionName.of(session), lanes));
        }
    }

    private Pawl store(Way way, String locator) {
        synchronized (stores) {
            return stores.computeIfAbsent(
                    locator,
                    first -> way == Way.FAR_AWAY
                            ? Pawl.of(new FarAway(Backends.open(Locator.parse(first), Access.READ_WRITE)))
                            : Pawl.open(first));
        }
    }

    private void hold(Way way, String locator, SessionName session, int lanes) {
        boolean took = false;
        try (AuthStore store = store(way, locator).auth(session.name(), way::apply)) {
            AuthState.loadOrCreate(store);
            took = true;
            say("took " + session);
            List<Future<?>> writers = new ArrayList<>();
            for (int number = 0; number < lanes; number++) {
                Lane lane = new Lane(session, number);
                writers.add(threads.submit(() -> write(lane, store)));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            if (lanes == 0) {
                // Held until the process ends.
                Thread.sleep(Long.MAX_VALUE);
            }
        } catch (StoreException e) {
            say("refused " + session + " " + e.code() + " "
                    + String.valueOf(e.getMessage()).replace('\n', ' '));
        } catch (ExecutionException | InterruptedException | RuntimeException e) {
            say("failed " + session + " " + e);
        }
        if (took) {
            say("left " + session);
        }
    }

    private static void write(Lane lane, AuthStore store) {
        try {
            for (long step = lane.reached(store) + 1; ; step++) {
                lane.write(store, step, PROCESS);
                say(new Acknowledgements.Entry(lane, step).line());
            }
        } catch (StoreException e) {
            say("ended " + lane.session() + " " + lane.number() + " " + e.code());
        }
    }
}
