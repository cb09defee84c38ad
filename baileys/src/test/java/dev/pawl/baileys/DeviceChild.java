package dev.pawl.baileys;

import dev.pawl.Backends;
import dev.pawl.Client;
import dev.pawl.Content;
import dev.pawl.DisconnectedException;
import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Locator;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.message.MessageStore;
import dev.pawl.tck.process.FarAway;
import dev.pawl.transport.TransportException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A program with the clients of any number of sessions, to be killed: says each thing on a line of its own the moment it
 * happens, in words with a space between them and a full stop at the end, so that half a line is known.
 */
final class DeviceChild {

    /** How a session is opened. */
    enum Way {
        POLITE,
        TAKING_OVER,
        WAITING
    }

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(30);
    private static final int AGAIN_MILLIS = 100;

    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<BaileysTransport> transports = new ArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final Map<String, Client> clients = new ConcurrentHashMap<>();
    private final Pawl pawl;

    private DeviceChild(Setting setting) {
        for (int i = 0; i < setting.children(); i++) {
            transports.add(setting.transport());
        }
        CommitTeller teller = new CommitTeller(this::say);
        Backend[] backends = setting.locators().stream()
                .map(locator -> Backends.open(Locator.parse(locator), Access.READ_WRITE))
                .map(backend -> setting.looksFarAway() ? new FarAway(backend) : backend)
                .map(backend -> setting.tellsCommits() ? teller.around(backend) : backend)
                .toArray(Backend[]::new);
        this.pawl = Pawl.of(backends);
    }

    /**
     * What one is told at its start.
     *
     * @param children how many processes of Node its sessions share
     * @param tellsCommits whether it says what it stores
     * @param looksFarAway whether others have to take it for a process of another machine
     */
    record Setting(
            Path cache,
            Path packages,
            String preload,
            String url,
            String root,
            int children,
            boolean tellsCommits,
            boolean looksFarAway,
            List<String> locators) {

        /** For a client of this server: one process of Node, says what it stores, and is where it is. */
        static Setting of(WhatsAppStandIn standIn, Path cache, List<String> locators) {
            Map<String, String> environment = standIn.environment();
            return new Setting(
                    cache,
                    standIn.directory(),
                    standIn.preload().get(1),
                    String.valueOf(environment.get("WA_STANDIN_URL")),
                    String.valueOf(environment.get("WA_STANDIN_ROOT")),
                    1,
                    true,
                    false,
                    locators);
        }

        /** The same with so many processes of Node; says nothing of what it stores. */
        Setting quietWith(int processes) {
            return new Setting(cache, packages, preload, url, root, processes, false, looksFarAway, locators);
        }

        /** The same, seemingly on another machine. */
        Setting farAway() {
            return new Setting(cache, packages, preload, url, root, children, tellsCommits, true, locators);
        }

        String[] arguments() {
            List<String> all = new ArrayList<>(List.of(
                    cache.toString(),
                    packages.toString(),
                    preload,
                    url,
                    root,
                    Integer.toString(children),
                    Boolean.toString(tellsCommits),
                    Boolean.toString(looksFarAway)));
            all.addAll(locators);
            return all.toArray(String[]::new);
        }

        private static Setting of(List<String> all) {
            return new Setting(
                    Path.of(all.get(0)),
                    Path.of(all.get(1)),
                    all.get(2),
                    all.get(3),
                    all.get(4),
                    Integer.parseInt(all.get(5)),
                    Boolean.parseBoolean(all.get(6)),
                    Boolean.parseBoolean(all.get(7)),
                    all.subList(8, all.size()));
        }

        private BaileysTransport transport() {
            return BaileysTransport.builder()
                    .cache(cache)
                    .packages(packages)
                    .nodeArguments(List.of("--import", preload))
                    .environment(Map.of(
                            "WA_STANDIN_URL", url, "WA_STANDIN_ROOT", root, "WA_STANDIN_FROM", packages.toString()))
                    .build();
        }
    }

    /** Obeys until it is told to end, or its input ends. */
    public static void main(String[] arguments) throws Exception {
        DeviceChild child = begin(Setting.of(List.of(arguments)));
        child.say("ready");
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                child.obey(order);
            }
        }
    }

    /** Begins again as long as the server of the store is away, as whoever looks after services does. */
    private static DeviceChild begin(Setting setting) throws Exception {
        while (true) {
            try {
                return new DeviceChild(setting);
            } catch (UnavailableException e) {
                TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
            }
        }
    }

    private void obey(String order) {
        String[] words = order.split(" ", 5);
        switch (words[0]) {
            case "open" -> threads.execute(() -> open(Way.valueOf(words[1]), words[2]));
            case "send" -> threads.execute(() -> send(words[1], words[2], words[3], words[4]));
            case "heap" -> threads.execute(this::heap);
            case "rate" -> threads.execute(() -> rate(words));
            case "close" -> close();
            default -> throw new IllegalArgumentException(order);
        }
    }

    private void open(Way way, String session) {
        try {
            pawl.auth(session, opening -> auth(way, opening));
            pawl.messages(session, opening -> messages(way, opening));
            BaileysTransport transport = transports.get(opened.getAndIncrement() % transports.size());
            Client client =
                    pawl.client(session, builder -> builder.transport(transport).reconnect(Program.HASTY));
            client.onQr(text -> say("qr", session, text));
            client.onConnected(me -> say("connected", session, me.id()));
            client.onDisconnected(end -> say("ended", session, end.reason(), end.willReconnect(), end.message()));
            client.onError(error -> say("error", session, error.getClass().getSimpleName(), error.getMessage()));
            clients.put(session, client);
            say("took", session);
            client.connect();
        } catch (UnavailableException e) {
            say("unopened", session, e.getClass().getSimpleName(), e.getMessage());
            // As a service does whose database is just starting.
            CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS, threads)
                    .execute(() -> open(way, session));
        } catch (InUseException e) {
            say("refused", session, e.code(), e.getMessage());
        } catch (RuntimeException e) {
            say("unopened", session, e.getClass().getSimpleName(), e.getMessage());
        }
    }

    private static AuthStore.Opening auth(Way way, AuthStore.Opening opening) {
        return switch (way) {
            case POLITE -> opening;
            case TAKING_OVER -> opening.takeOver();
            case WAITING -> opening.waitForRelease(LONGEST_WAIT);
        };
    }

    private static MessageStore.Opening messages(Way way, MessageStore.Opening opening) {
        return switch (way) {
            case POLITE -> opening;
            case TAKING_OVER -> opening.takeOver();
            case WAITING -> opening.waitForRelease(LONGEST_WAIT);
        };
    }

    private void send(String session, String id, String jid, String text) {
        Client client = clients.get(session);
        if (client == null) {
            say("unsent", session, id, "it is not open yet");
            return;
        }
        try {
            client.send(jid, Content.text(text), id);
            say("sent", session, id, jid);
        } catch (TransportException | DisconnectedException | StoreException e) {
            say("unsent", session, id, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How much of it is in use, in MiB, after what is not is gone. */
    private void heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        say("heap", (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }

    private void rate(String... words) {
        Rate rate = Rate.of(
                clients.values(),
                Integer.parseInt(words[1]),
                Duration.ofMillis(Long.parseLong(words[2])),
                words[3],
                threads);
        say("rate", rate.count(), rate.median(), rate.slow());
    }

    private void close() {
        pawl.close();
        transports.forEach(BaileysTransport::close);
        say("closed");
        System.exit(0);
    }

    /** One word each, whatever is in it. */
    private synchronized void say(Object... words) {
        StringBuilder line = new StringBuilder();
        for (Object word : words) {
            line.append(URLEncoder.encode(String.valueOf(word), StandardCharsets.UTF_8))
                    .append(' ');
        }
        try {
            out.write(line.append(".\n").toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        }
    }
}
