package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.BUDI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Pawl;
import dev.pawl.backend.SessionName;
import dev.pawl.baileys.DeviceChild.Way;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Sessions with an account each on one store, and the processes that have them, while everybody writes to everybody. */
final class Fleet implements AutoCloseable {

    private static final long SEED = 19;
    private static final int PRE_KEYS_LEFT = 3;

    /** Making new ones takes a second of the processor for each. */
    private static final int MOST_SHORT = 6;

    /** Together they send a hundred messages a second: people and phones read them on the same machine. */
    private static final Duration PAUSE_OF_EACH = Duration.ofMillis(30);

    final WhatsAppStandIn standIn;
    final StandInLives lives;
    final Storehouse store;
    final DeviceChild.Setting setting;
    final CommitLog commits = new CommitLog();
    final Map<String, Device> devices = new LinkedHashMap<>();
    private final Path directory;
    private final List<DeviceProcess> processes = new ArrayList<>();
    private final Map<String, DeviceProcess> holders = new ConcurrentHashMap<>();
    private final Outgoing outgoing;

    /** Begins with nobody linked. */
    Fleet(StoreKind kind, Path directory, int sessions) {
        this.directory = directory;
        this.standIn = WhatsAppStandIn.start();
        this.store = Storehouse.open(kind, directory);
        this.lives = new StandInLives(standIn);
        this.setting = DeviceChild.Setting.of(standIn, directory.resolve("cache"), store.locators());
        standIn.add("peer", BUDI);
        List<String> names = IntStream.range(0, sessions).mapToObj(i -> "s" + i).toList();
        for (int i = 0; i < sessions; i++) {
            standIn.add("phone", owner(i));
        }
        this.outgoing = new Outgoing(names, List.of(ANA.lid(), BUDI.lid()), SEED, PAUSE_OF_EACH.multipliedBy(sessions));
        names.forEach(name -> devices.put(name, new Device(0, "", "", 0, 0, false)));
    }

    private static Person owner(int number) {
        return new Person("owner-" + number, "62813" + (1_000_000 + number), "4444" + (1_000_000 + number));
    }

    /** Their names. */
    List<String> sessions() {
        return List.copyOf(devices.keySet());
    }

    Device device(String session) {
        return Optional.ofNullable(devices.get(session)).orElseThrow();
    }

    DeviceProcess start() throws IOException {
        return start(setting);
    }

    DeviceProcess start(DeviceChild.Setting like) throws IOException {
        DeviceProcess process = DeviceProcess.start(
                directory, List.of("-Xmx512m", "-XX:TieredStopAtLevel=4"), like, commits, outgoing::hear);
        processes.add(process);
        return process;
    }

    /** Has the owner of each session link it in this process, which keeps them. */
    void pair(DeviceProcess process) throws Exception {
        int number = 0;
        for (String session : sessions()) {
            process.open(Way.POLITE, session);
            String code = process.await("qr", session).words().get(2);
            Device device = lives.scan(owner(number++), code);
            process.await("connected", session);
            standIn.awaitLive(device);
            devices.put(session, device);
        }
        // That it was told to begin anew belongs to pairing.
        process.forget();
    }

    /** From now on everybody writes. */
    void talk(int everyMillis) {
        lives.watch();
        lives.talk(List.of(ANA, BUDI), List.copyOf(devices.values()), everyMillis, 0.01, SEED);
    }

    /** The server has few pre-keys of the first left, and says so: each announces some, whatever becomes of its process meanwhile. */
    void runShort() {
        devices.values().stream()
                .limit(MOST_SHORT)
                .forEach(device -> new Wire(standIn).runShort(device, PRE_KEYS_LEFT));
    }

    /** From now on a process sends for these sessions, also what others did not. */
    void hand(List<String> sessions, DeviceProcess process) {
        sessions.forEach(session -> holders.put(session, process));
        outgoing.through(session -> Optional.ofNullable(holders.get(session)));
        sessions.forEach(outgoing::again);
    }

    /** How many messages were sent and acknowledged. */
    int sent() {
        return outgoing.count();
    }

    /** Waits until so many more were sent. */
    void awaitSent(int more) throws InterruptedException {
        outgoing.awaitCount(outgoing.count() + more);
    }

    /** Nobody writes any more, and all that was written is where it belongs. */
    void settle() throws Exception {
        lives.hush();
        outgoing.finish();
        for (Device device : devices.values()) {
            lives.awaitQuiet(device);
        }
        lives.awaitRead(ANA, outgoing.sent(ANA.lid()));
        lives.awaitRead(BUDI, outgoing.sent(BUDI.lid()));
        for (DeviceProcess process : Set.copyOf(holders.values())) {
            process.leave();
        }
        try (Pawl reader = Pawl.openReadOnly(store.locators().toArray(String[]::new))) {
            assertThat(commits.missing(reader)).as("acknowledged and not there").isEmpty();
            assertThat(lives.missing(history(reader)))
                    .as("written and not in the history")
                    .isEmpty();
            devices.forEach((session, device) -> requireAnnouncedOnce(reader, session, device));
        }
        assertThat(lives.violations()).isEmpty();
        assertThat(lives.count("announced")).as("pre-keys announced").isPositive();
    }

    /** No pre-key was announced twice since the pairing, and none that was would be made again. */
    private void requireAnnouncedOnce(Pawl reader, String session, Device device) {
        Wire wire = new Wire(standIn);
        new Counters()
                .requireForward(
                        wire.highestPreKey(device),
                        reader.authReadOnly(session).credentials().orElseThrow());
        assertThat(wire.preKeys(device).announced())
                .as("announced by %s", session)
                .doesNotHaveDuplicates();
    }

    /** What people said, as far as it is in the histories. */
    Set<String> history() {
        try (Pawl reader = Pawl.openReadOnly(store.locators().toArray(String[]::new))) {
            return history(reader);
        }
    }

    private Set<String> history(Pawl reader) {
        return devices.keySet().stream()
                .flatMap(session -> History.of(reader, SessionName.of(session)).stream())
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        processes.forEach(DeviceProcess::close);
        store.close();
        standIn.close();
    }
}
