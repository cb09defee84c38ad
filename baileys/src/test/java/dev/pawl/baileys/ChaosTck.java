package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.BUDI;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Finding;
import dev.pawl.backend.Family;
import dev.pawl.backend.SessionName;
import dev.pawl.baileys.DeviceChild.Way;
import dev.pawl.baileys.DeviceProcess.Said;
import dev.pawl.baileys.StandInLives.Heard;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.event.MessageKey;
import dev.pawl.message.MessageStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills whatever a client consists of (its JVM, Node, the server of its store), at any moment, again and again, while people
 * write to it and it writes to them. It always resumes without being paired, announces no pre-key twice, counts back nowhere,
 * uses no position of a ratchet twice, has stored what was acknowledged, and in the end every message is where it belongs.
 *
 * <p>The system property {@code pawl.chaos.seed} has another seed, {@code pawl.chaos.seconds} has it
 * go on for so long; with {@code pawl.soak} that is a quarter of an hour.
 */
@Timeout(7_200)
abstract class ChaosTck {

    private static final String SESSION = "main";
    private static final int ROUNDS = 6;
    private static final long SECONDS = Long.getLong("pawl.chaos.seconds", Boolean.getBoolean("pawl.soak") ? 900 : 0);
    private static final long SEED = Long.getLong("pawl.chaos.seed", 19);

    /**
     * After so many everybody waits until all is read. A client that lives for half a second reads less than is written meanwhile:
     * else one that is killed for long would do nothing but begin with the same backlog again and again.
     */
    private static final int ROUNDS_UNTIL_REST = 10;

    private static final int EVERY_MILLIS = 12;
    private static final double FORGETFUL = 0.02;
    private static final int LONGEST_LIFE_MILLIS = 900;
    private static final int LONGEST_START_MILLIS = 2_500;
    private static final int LONGEST_OUTAGE_MILLIS = 1_000;
    /** Fewer than a client wants the server to have. */
    private static final int PRE_KEYS_LEFT = 3;

    @TempDir
    private Path directory;

    private final Random random = new Random(SEED);
    private final CommitLog commits = new CommitLog();
    private final Counters counters = new Counters();
    private final List<String> qrCodes = new ArrayList<>();
    private final StoreKind kind;
    private List<MessageKey> strayed = List.of();
    private final Map<Victim, Integer> kills = new EnumMap<>(Victim.class);
    private int rounds;

    ChaosTck(StoreKind kind) {
        this.kind = kind;
    }

    /** What is killed. */
    enum Victim {
        JVM,
        NODE,
        SERVER,
        SERVER_AND_JVM
    }

    @Test
    void whateverIsKilledTheSessionGoesOn() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Storehouse store = Storehouse.open(kind, directory)) {
            standIn.add("peer", BUDI);
            StandInLives lives = new StandInLives(standIn);
            String group = standIn.group("Warung", ANA, ME, BUDI);
            Outgoing outgoing = new Outgoing(List.of(SESSION), List.of(ANA.lid(), BUDI.lid(), group), SEED);
            DeviceChild.Setting setting = DeviceChild.Setting.of(standIn, directory.resolve("cache"), store.locators());
            Device device = pair(standIn, setting);
            lives.watch();
            lives.talk(List.of(ANA, BUDI), List.of(device), List.of(group), EVERY_MILLIS, FORGETFUL, SEED);
            DeviceProcess process = begin(setting, outgoing);
            try {
                process = kills(standIn, lives, store, device, setting, outgoing, process);
                process.awaitConnected(SESSION);
                lives.hush();
                outgoing.finish();
                lives.awaitQuiet(device);
                strayed = strayed(lives, outgoing, group);
                requireRead(lives, outgoing, group);
                process.leave();
            } finally {
                process.close();
            }
            requireStored(standIn, device, store);
            requireAll(lives, store);
            requireTried(lives, outgoing, device, group);
            assertThat(new Wire(standIn).preKeys(device).announced())
                    .as("all pre-keys that were ever announced, seed %d", SEED)
                    .doesNotHaveDuplicates();
            assertThat(lives.violations()).as("seed %d", SEED).isEmpty();
            assertThat(qrCodes).as("seed %d: asked to be paired", SEED).isEmpty();
            Report.line(kind + ", seed " + SEED + ", " + rounds + " rounds " + kills + ": "
                    + lives.said().size()
                    + " messages of others, none lost; " + (outgoing.count() - strayed.size())
                    + " of ours read, " + strayed.size() + " left at a kill and never came; " + commits.acknowledged()
                    + " commits acknowledged; "
                    + lives.verdict().without("violations").toText());
        }
    }

    private Device pair(WhatsAppStandIn standIn, DeviceChild.Setting setting) throws Exception {
        try (DeviceProcess first = DeviceProcess.start(directory, List.of(), setting, commits, said -> {})) {
            first.open(Way.POLITE, SESSION);
            Device device = standIn.scan(first.await("qr", SESSION).words().get(2));
            first.await("connected", SESSION);
            standIn.awaitLive(device);
            first.leave();
            return device;
        }
    }

    private DeviceProcess begin(DeviceChild.Setting setting, Outgoing outgoing) throws Exception {
        DeviceProcess process =
                DeviceProcess.start(directory, List.of(), setting, commits, said -> hear(said, outgoing));
        process.open(Way.POLITE, SESSION);
        outgoing.through(session -> Optional.of(process));
        return process;
    }

    private void hear(Said said, Outgoing outgoing) {
        if (said.is("qr", SESSION)) {
            qrCodes.add(said.words().get(2));
        }
        outgoing.hear(said);
    }

    /** Kills, and has whatever was killed come back; gives the process that is there at the end. */
    private DeviceProcess kills(
            WhatsAppStandIn standIn,
            StandInLives lives,
            Storehouse store,
            Device device,
            DeviceChild.Setting setting,
            Outgoing outgoing,
            DeviceProcess first)
            throws Exception {
        DeviceProcess process = first;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        for (int round = 1; SECONDS > 0 ? System.nanoTime() < end : round <= ROUNDS; round++) {
            Victim victim = victim(store, round);
            live(process, round % 2 == 0 ? () -> new Wire(standIn).runShort(device, PRE_KEYS_LEFT) : () -> {});
            rounds++;
            kills.merge(victim, 1, Integer::sum);
            switch (victim) {
                case JVM -> {
                    process.kill();
                    requireStored(standIn, device, store);
                    process = begin(setting, outgoing);
                }
                case NODE -> process.node().ifPresent(ProcessHandle::destroyForcibly);
                case SERVER -> {
                    store.killServer();
                    pause(LONGEST_OUTAGE_MILLIS);
                    store.restartServer();
                }
                case SERVER_AND_JVM -> {
                    store.killServer();
                    pause(LONGEST_OUTAGE_MILLIS);
                    process.kill();
                    store.restartServer();
                    requireStored(standIn, device, store);
                    process = begin(setting, outgoing);
                }
            }
            if (round % ROUNDS_UNTIL_REST == 0) {
                DeviceProcess rested = process;
                rested.awaitConnected(SESSION);
                outgoing.finish();
                lives.rest(device);
                outgoing.through(session -> Optional.of(rested));
            }
        }
        return process;
    }

    /** In the first rounds each of them once. */
    private Victim victim(Storehouse store, int round) {
        int kinds = store.hasServer() ? 4 : 2;
        return Victim.values()[round <= kinds ? round - 1 : random.nextInt(kinds)];
    }

    /** Mostly it lives until it is connected, and a moment longer. The event comes when it is, if that is waited for. */
    private void live(DeviceProcess process, Runnable event) throws InterruptedException {
        if (random.nextInt(10) < 7) {
            process.awaitConnected(SESSION);
            event.run();
            pause(LONGEST_LIFE_MILLIS);
        } else {
            pause(LONGEST_START_MILLIS);
            event.run();
        }
    }

    private void pause(int longestMillis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(longestMillis)));
    }

    private void requireStored(WhatsAppStandIn standIn, Device device, Storehouse store) {
        long announced = new Wire(standIn).highestPreKey(device);
        try (Pawl reader = Pawl.openReadOnly(store.locators().toArray(String[]::new))) {
            assertThat(commits.missing(reader))
                    .as("acknowledged and not there, seed %d", SEED)
                    .isEmpty();
            counters.requireForward(
                    announced, reader.authReadOnly(SESSION).credentials().orElseThrow());
        }
    }

    /** What must not go wrong was done at all. */
    private void requireTried(StandInLives lives, Outgoing outgoing, Device device, String group) {
        assertThat(lives.said()).extracting(Heard::to).as("written to it").contains(device.jid(), group);
        assertThat(outgoing.count()).as("written by it").isPositive();
        assertThat(commits.acknowledged()).as("commits acknowledged").isPositive();
        assertThat(lives.count("announced"))
                .as("pre-keys announced among kills, seed %d", SEED)
                .isPositive();
        assertThat(lives.count("handedOut")).as("conversations begun with it").isPositive();
    }

    /** What had left when its connection was killed, and never came to the server. */
    private static List<MessageKey> strayed(StandInLives lives, Outgoing outgoing, String group) {
        return Stream.of(ANA.lid(), BUDI.lid(), group)
                .flatMap(chat -> lives.strayed(outgoing.sent(chat)).stream().map(id -> MessageKey.of(chat, id, true)))
                .toList();
    }

    /** Everything that came to the server is read by whom it was for. */
    private void requireRead(StandInLives lives, Outgoing outgoing, String group) throws Exception {
        for (Person person : List.of(ANA, BUDI)) {
            List<String> wanted = new ArrayList<>(outgoing.sent(person.lid()));
            wanted.addAll(outgoing.sent(group));
            wanted.removeAll(strayed.stream().map(MessageKey::id).toList());
            lives.awaitRead(person, wanted);
        }
    }

    /** Nobody was told that the server has them, and there are no more than kills that may have hit them. */
    private void requireUnconfirmed(Pawl reader) {
        assertThat(strayed).as("left and never came, seed %d", SEED).hasSizeLessThanOrEqualTo(rounds);
        for (MessageKey key : strayed) {
            assertThat(reader.messagesReadOnly(SESSION)
                            .message(key)
                            .orElseThrow()
                            .status())
                    .as("of what never came, seed %d: %s", SEED, key)
                    .contains(MessageStatus.PENDING);
        }
    }

    private void requireAll(StandInLives lives, Storehouse store) {
        try (Pawl reader = Pawl.openReadOnly(store.locators().toArray(String[]::new))) {
            assertThat(lives.missing(History.of(reader, SessionName.of(SESSION))))
                    .as("written and not in the history, seed %d", SEED)
                    .isEmpty();
            assertThat(AuthVerification.run(reader.backend(Family.CREDENTIALS), SessionName.of(SESSION)))
                    .as("seed %d", SEED)
                    .filteredOn(Finding::isProblem)
                    .isEmpty();
            requireUnconfirmed(reader);
        }
    }
}
