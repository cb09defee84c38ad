package dev.pawl.tck.process;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthState;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Another process on a store: gets ready, reads one order, and says what it does while it does it. */
public final class StoreChild {

    /** What the rows of an erasure hold. */
    public static final String SECRET = "only-for-the-eyes-of-its-owner";

    private static final long PROCESS = ProcessHandle.current().pid();

    private final BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    private StoreChild() {}

    /** An order to write steps in each of so many lanes of each session, until it is told to close. */
    public static String write(String locator, List<String> sessions, int lanes, long steps) {
        return String.join("\t", "write", locator, String.join(",", sessions), "" + lanes, "" + steps, "-");
    }

    /** The same, whoever owns the sessions. */
    public static String takeOver(String locator, List<String> sessions, int lanes, long steps) {
        return String.join("\t", "write", locator, String.join(",", sessions), "" + lanes, "" + steps, "takeOver");
    }

    /** An order to write so many rows, and to clear them when it is told to. */
    public static String clear(String locator, int rows) {
        return String.join("\t", "clear", locator, "" + rows);
    }

    /**
     * Warms up, and carries out one order.
     *
     * @param arguments the locator of a store that is warmed up with, and belongs to this process alone
     */
    public static void main(String[] arguments) throws Exception {
        // What is loaded now takes no time later, when it counts.
        try (Pawl pawl = Pawl.open(arguments[0])) {
            AuthStore store = pawl.auth();
            AuthState.loadOrCreate(store);
            new Lane(SessionName.DEFAULT, 0).write(store, 10, PROCESS);
        }
        StoreChild child = new StoreChild();
        say("ready");
        String[] order = child.order().split("\t");
        switch (order[0]) {
            case "write" -> child.write(order);
            case "clear" -> child.clear(order);
            default -> throw new IllegalArgumentException(order[0]);
        }
    }

    private String order() throws IOException {
        return String.valueOf(orders.readLine());
    }

    /** In one piece, so that no kill leaves half a line. */
    private static void say(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    private void write(String[] order) throws Exception {
        List<SessionName> sessions = new ArrayList<>();
        for (String name : order[2].split(",")) {
            sessions.add(SessionName.of(name));
        }
        int lanes = Integer.parseInt(order[3]);
        long steps = Long.parseLong(order[4]);
        ExecutorService threads = Executors.newFixedThreadPool(sessions.size() * lanes);
        try (Pawl pawl = Pawl.open(order[1])) {
            List<Future<?>> writers = new ArrayList<>();
            for (SessionName session : sessions) {
                AuthStore store = pawl.auth(
                        session.name(), opening -> order[5].equals("takeOver") ? opening.takeOver() : opening);
                AuthState.loadOrCreate(store);
                say("opened");
                for (int number = 0; number < lanes; number++) {
                    Lane lane = new Lane(session, number);
                    writers.add(threads.submit(() -> run(lane, store, steps)));
                }
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            say("written");
            order();
        } catch (InUseException e) {
            say("refused " + e.code());
        } finally {
            threads.shutdown();
        }
        say("closed");
    }

    private static void run(Lane lane, AuthStore store, long steps) {
        try {
            long first = lane.reached(store) + 1;
            for (long step = first; step < first + steps; step++) {
                lane.write(store, step, PROCESS);
                say(new Acknowledgements.Entry(lane, step).line());
            }
        } catch (StoreException e) {
            say("ended " + e.code());
        }
    }

    private void clear(String[] order) throws IOException {
        try (Pawl pawl = Pawl.open(order[1])) {
            AuthStore store = pawl.auth();
            AuthState.loadOrCreate(store);
            Updates updates = Updates.none();
            for (int row = 0; row < Integer.parseInt(order[2]); row++) {
                updates = updates.put(
                        KeyType.json("secret"),
                        "" + row,
                        JsonObject.builder().put("value", SECRET).build());
            }
            store.write(updates);
            say("filled");
            order();
            store.clear();
            say("cleared");
            order();
        }
    }
}
