package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.pawl.auth.Credentials;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.baileys.WhatsAppStandIn.Tally;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.transport.OutgoingMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * For each mend what happens without it, brought about on purpose: with the mend it does not happen, without it it does.
 * {@link Mend#STORE_BEFORE_SENDING} is in {@link DurabilityTest}, which needs stores that fail, and {@link
 * Mend#FINISH_WHAT_THE_PHONE_SENT} in {@link SentOnceTest}; {@link Mend#RECEIVE_OUTSIDE} is in {@link AskedAgainTest}, which
 * needs both sides to write at once, and {@link Mend#SEND_AGAIN} in {@link ResendTest}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MendsTest {

    private static final String SENDING = "STORE_BEFORE_SENDING";
    private static final String PHONE = "FINISH_WHAT_THE_PHONE_SENT";
    private static final String OUTSIDE = "RECEIVE_OUTSIDE";
    private static final Duration IMPATIENCE = Duration.ofMillis(700);
    /** Also the pairing asks, and a machine that stands still for a moment is to be in time with its answers. */
    private static final Duration LONGEST_QUESTION = Duration.ofSeconds(2);

    private static final String AGAIN = "SEND_AGAIN";
    private static final JsonObject IMPATIENT = JsonObject.builder()
            .put("defaultQueryTimeoutMs", JsonNumber.of(LONGEST_QUESTION.toMillis()))
            .build();
    private static final int OVERTAKINGS = 5;
    private static final int MOST_OVERTAKINGS = 50;
    private static final AtomicInteger MESSAGES = new AtomicInteger();

    private Path cache = Path.of("");
    private WhatsAppStandIn standIn;
    private Wire wire;

    @BeforeAll
    void start(@TempDir Path directory) {
        cache = directory.resolve("cache");
        standIn = WhatsAppStandIn.start();
        wire = new Wire(standIn);
    }

    @AfterEach
    void requireNoSurprises() {
        standIn.requireNoSurprises();
    }

    @AfterAll
    void end() {
        standIn.close();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {SENDING, PHONE, OUTSIDE, AGAIN})
    void withItNoHarmIsDone(Mend mend) throws Exception {
        assertThat(isHarmed(mend, true, standIn.transport(cache))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {SENDING, PHONE, OUTSIDE, AGAIN})
    void withoutItThereIsHarm(Mend mend) throws Exception {
        assertThat(isHarmed(mend, false, standIn.transport(cache).without(mend)))
                .isTrue();
    }

    private boolean isHarmed(Mend mend, boolean isMended, BaileysTransport.Builder transport) throws Exception {
        return switch (mend) {
            case STORE_BEFORE_SENDING, FINISH_WHAT_THE_PHONE_SENT, RECEIVE_OUTSIDE, SEND_AGAIN ->
                throw new IllegalArgumentException(mend.name());
            case ONE_LOCK ->
                with(
                        transport
                                .without(Mend.STORE_BEFORE_SENDING)
                                .withoutRemembering()
                                .nodeArguments(slowToSend()),
                        linked -> whatAReceiveStoresUndoesASend(linked, isMended));
            case VERIFY_SIGNATURES -> with(transport, this::aForgedPhoneIsBelieved);
            case PUT_BACK_SESSIONS -> with(transport.without(Mend.KEEP_SESSIONS), this::aLateMessageSpoilsTheSession);
            case KEEP_SESSIONS -> with(transport, this::aRequestBeginsSeveralSessions);
            case GROUP_KEYS -> with(transport, this::keysOfAGroupAreLeftOver);
            case CREDENTIALS_BEFORE_FRAMES -> with(transport, linked -> thatItIsPairedIsForgotten(linked, isMended));
            case KEEP_RECEIVED -> with(transport, this::aMessageIsLostWithItsConnection);
            case DROP_DUPLICATES -> {
                BaileysTransport.Builder sessions = transport.without(Mend.KEEP_SESSIONS);
                // What is remembered until it has been taken would answer in its place now and then.
                yield with(
                        isMended ? sessions : sessions.without(Mend.KEEP_RECEIVED),
                        linked -> whatComesTwiceIsAskedForAgain(linked, isMended));
            }
            case MALFORMED_FRAMES -> with(transport, this::aMalformedFrameIsNoticedByNobody);
            case FRAMES_IN_ORDER -> with(transport, linked -> aCompressedFrameIsOvertaken(linked, isMended));
            case UNANSWERED_QUESTIONS -> with(transport.socketOptions(IMPATIENT), this::aMessageToNobodyCountsAsSent);
            // The mend tells of it at once, and without it only the end of this patience does.
            case REFUSED_UPGRADES ->
                with(isMended ? transport : transport.loginTimeout(IMPATIENCE), this::aRefusedUpgradeHangs);
        };
    }

    private List<String> slowToSend() {
        List<String> arguments = new ArrayList<>(standIn.preload());
        arguments.add("--import");
        arguments.add(standIn.directory().resolve("slow-send.mjs").toUri().toString());
        return arguments;
    }

    /** What may go wrong, and whether it did. */
    private interface Story {
        boolean isHarmed(Linked linked) throws Exception;
    }

    private boolean with(BaileysTransport.Builder builder, Story story) throws Exception {
        List<Integer> before = devices();
        try (BaileysTransport transport = builder.build()) {
            return story.isHarmed(new Linked(transport, new WatchfulHost()));
        } finally {
            // Else each message of the next went to this device as well.
            wire.unlink(ME, before);
        }
    }

    private record Linked(BaileysTransport transport, WatchfulHost host) {

        Device pair(WhatsAppStandIn standIn) throws Exception {
            return host.pair(standIn, transport);
        }

        String code() throws InterruptedException {
            return host.next().substring("qr ".length());
        }

        BaileysLink open(WhatsAppStandIn standIn, Device device) throws Exception {
            return host.open(standIn, transport, device);
        }

        void end(WhatsAppStandIn standIn, BaileysLink link, Device device) throws Exception {
            host.end(standIn, link, device);
        }
    }

    private static CompletableFuture<String> send(BaileysLink link, String text) {
        return send(link, ANA.lid(), text);
    }

    private static CompletableFuture<String> send(BaileysLink link, String to, String text) {
        String id = "3EB0" + String.format("%08X", MESSAGES.incrementAndGet());
        JsonObject content = JsonObject.builder().put("text", text).build();
        return link.send(new OutgoingMessage(to, content, JsonObject.EMPTY, id)).thenApply(sent -> id);
    }

    private void sendAndAwait(BaileysLink link, String text) throws Exception {
        standIn.awaitMessage(ANA, send(link, text).get(20, TimeUnit.SECONDS));
    }

    private void receive(Device device, String text) {
        standIn.awaitReceipt(ANA, standIn.send(ANA, device, text));
    }

    /** A conversation in which both have written. */
    private void settle(BaileysLink link, Device device) throws Exception {
        receive(device, "one");
        sendAndAwait(link, "two");
        receive(device, "three");
    }

    /**
     * A message comes while one of ours is being sent: what is stored last does not know of the other. Had it been stored
     * before it left, the moment would be too short to be met on purpose.
     */
    private boolean whatAReceiveStoresUndoesASend(Linked linked, boolean isMended) throws Exception {
        Device device = linked.pair(standIn);
        BaileysLink link = linked.open(standIn, device);
        settle(link, device);

        String mine = MESSAGES.incrementAndGet() + " mine ".repeat(40_000);
        CompletableFuture<String> sent = send(link, mine);
        standIn.awaitText(ANA, mine);
        WatchfulHost.Hold receiving =
                isMended ? new WatchfulHost.Hold() : linked.host().holdReadOfSession(ANA);
        String id = standIn.send(ANA, device, "yours");
        if (!isMended) {
            receiving.awaitReached();
        }
        assertThat(sent).as("it has left, and nobody was told").isNotDone();
        hasLeft(linked.transport());
        sent.get(20, TimeUnit.SECONDS);
        receiving.release();
        standIn.awaitReceipt(ANA, id);
        return isUnreadable(link, "the next of mine");
    }

    private static void hasLeft(BaileysTransport transport) throws Exception {
        long pid = transport.processId().orElseThrow();
        assertThat(new ProcessBuilder("kill", "-USR2", Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private boolean aForgedPhoneIsBelieved(Linked linked) throws Exception {
        linked.transport().open(linked.host());
        standIn.scanForged(linked.code(), "signature");
        assertThat(linked.host().next()).isEqualTo("closed");
        return Credentials.parse(linked.host().credentials()).me().isPresent();
    }

    /** A message of the session before is still on its way when a new one has begun. */
    private boolean aLateMessageSpoilsTheSession(Linked linked) throws Exception {
        Device device = linked.pair(standIn);
        BaileysLink link = linked.open(standIn, device);
        settle(link, device);
        linked.end(standIn, link, device);
        link = linked.open(standIn, device);

        wire.hold(ANA);
        String late = standIn.send(ANA, device, "late");
        // As published, the first to somebody after each start is on a new session.
        sendAndAwait(link, "first on the new session");
        wire.letGo(ANA);
        standIn.awaitReceipt(ANA, late);
        return isUnreadable(link, "second on the new session");
    }

    private boolean isUnreadable(BaileysLink link, String text) throws Exception {
        standIn.retries(ANA, false);
        try {
            Tally before = standIn.awaitCount(ANA, 0);
            send(link, text).get(20, TimeUnit.SECONDS);
            Tally after = standIn.awaitCount(ANA, before.all() + 1);
            return after.unread() > before.unread();
        } finally {
            standIn.retries(ANA, true);
        }
    }

    /** The process dies when what it stores says for the first time that it is paired. */
    private boolean thatItIsPairedIsForgotten(Linked linked, boolean isMended) throws Exception {
        ProcessHandle[] process = new ProcessHandle[1];
        int devices = devices().size();
        WatchfulHost.Hold stored = linked.host()
                .holdWrite(changes -> changes.credentials()
                        .flatMap(members -> members.get("account"))
                        .isPresent());
        linked.transport().open(linked.host());
        process[0] =
                ProcessHandle.of(linked.transport().processId().orElseThrow()).orElseThrow();
        CompletableFuture<?> scanned = standIn.scanAside(linked.code());
        stored.awaitReached();
        if (!isMended) {
            // That it has signed leaves in the same moment, and not before this, which is no reason to be late for it.
            scanned.get(20, TimeUnit.SECONDS);
        }
        process[0].destroyForcibly();
        process[0].onExit().get(20, TimeUnit.SECONDS);
        wire.awaitNoConnections();
        boolean isPaired = devices().size() > devices;
        assertThat(scanned.isDone()).isEqualTo(isPaired);
        stored.release();
        return isPaired;
    }

    private List<Integer> devices() {
        return wire.devices(ME);
    }

    /** The connection breaks while the ratchet of a message is being stored: it cannot be confirmed, and comes again. */
    private boolean aMessageIsLostWithItsConnection(Linked linked) throws Exception {
        Device device = linked.pair(standIn);
        BaileysLink link = linked.open(standIn, device);
        // One session with her: where there are more, she is asked to send it again.
        receive(device, "one");

        // Fails when the process has noticed that the connection is gone.
        wire.loses(Wire.Part.QUESTION, "md/set/remove-companion-device", 1);
        CompletableFuture<Void> canary = link.logout();
        WatchfulHost.Hold storing =
                linked.host().holdWrite(changes -> changes.keys().containsKey("session"));
        String id = standIn.send(ANA, device, "in between");
        storing.awaitReached();
        standIn.close(device, "reset");
        assertThatThrownBy(() -> canary.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        storing.release();
        assertThat(linked.host().next()).isEqualTo("closed");

        link = linked.open(standIn, device);
        standIn.awaitEmptyQueue(device);
        linked.end(standIn, link, device);
        return !linked.host().ids.contains(id);
    }

    /** Somebody asks for one message again, by their number: they need one new session for that, on which all goes on. */
    private boolean aRequestBeginsSeveralSessions(Linked linked) throws Exception {
        Device device = linked.pair(standIn);
        BaileysLink link = linked.open(standIn, device);
        settle(link, device);
        String id = send(link, "wanted again").get(20, TimeUnit.SECONDS);
        standIn.awaitMessage(ANA, id);
        long before = linked.host().sessions(ANA);
        assertThat(new Asking(standIn).ask(ANA, device, id, Asking.How.BY_NUMBER_WITHOUT_KEYS))
                .isEqualTo("pkmsg");
        return linked.host().sessions(ANA) > before + 1;
    }

    private boolean keysOfAGroupAreLeftOver(Linked linked) throws Exception {
        Device device = linked.pair(standIn);
        BaileysLink link = linked.open(standIn, device);
        String group = standIn.group("Pasar", ME, ANA);
        for (String text : List.of("one", "two", "three", "four")) {
            standIn.awaitMessage(ANA, send(link, group, text).get(20, TimeUnit.SECONDS));
        }

        String name = group + "::" + ME.lid().replace("@lid", "_1::") + device.id();
        Bytes stored = linked.host().read("sender-key", List.of(name)).get(name);
        byte[] states = Base64.getDecoder().decode(stored.utf8().split("\"")[7]); // {"type":"Buffer","data":"..."}
        return !new String(states, StandardCharsets.UTF_8).contains("\"senderMessageKeys\":[]");
    }

    /** There are two sessions with her, since the first message after each start begins one. */
    private boolean whatComesTwiceIsAskedForAgain(Linked linked, boolean isMended) throws Exception {
        Device device = linked.pair(standIn);
        BaileysLink link = linked.open(standIn, device);
        settle(link, device);
        String id = standIn.send(ANA, device, "said once");
        standIn.awaitReceipt(ANA, id);

        wire.again(device, id);
        receive(device, "and after that");
        if (!isMended) {
            // Baileys asks behind what it goes on with.
            Eventually.holds(() -> assertThat(standIn.askedAgain(ANA)).contains(id));
        }
        linked.end(standIn, link, device);
        return standIn.askedAgain(ANA).contains(id);
    }

    /** As published the process ends of it; that it does not here is a guard of the bridge, behind the mend. */
    private boolean aMalformedFrameIsNoticedByNobody(Linked linked) throws Exception {
        Device device = linked.pair(standIn);
        linked.open(standIn, device);
        Logger log = (Logger) LoggerFactory.getLogger(NodeProcess.class);
        Level before = log.getLevel();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().contains("nobody waited for")) {
                    linked.host().told.add("nobody noticed");
                }
            }
        };
        appender.start();
        log.setLevel(Level.DEBUG);
        log.addAppender(appender);
        try {
            standIn.close(device, "malformed-frame");
            String next = linked.host().next();
            assertThat(next).isIn("closed", "nobody noticed");
            return next.equals("nobody noticed");
        } finally {
            log.detachAppender(appender);
            log.setLevel(before);
        }
    }

    private boolean aCompressedFrameIsOvertaken(Linked linked, boolean isMended) throws Exception {
        Device device = linked.pair(standIn);
        BaileysLink link = linked.open(standIn, device);
        settle(link, device);
        // Both have to arrive at once, which a busy machine does not always see to.
        int count = 0;
        while (count < (isMended ? OVERTAKINGS : MOST_OVERTAKINGS) && !isOvertaken(linked.host())) {
            wire.overtaking(ANA, device, List.of("long ".repeat(200_000), "short"));
            standIn.awaitEmptyQueue(device);
            count++;
        }
        linked.end(standIn, link, device);
        assertThat(longAndShort(linked.host())).hasSize(2 * count);
        return isOvertaken(linked.host());
    }

    /** Which of them came, in their order. */
    private static List<String> longAndShort(WatchfulHost host) {
        return host.texts.stream()
                .filter(text -> text.startsWith("long") || text.equals("short"))
                .map(text -> text.substring(0, 4))
                .toList();
    }

    /** Whether those that came until now did not come in turns. */
    private static boolean isOvertaken(WatchfulHost host) {
        List<String> came = longAndShort(host);
        return !came.equals(Stream.generate(() -> Stream.of("long", "shor"))
                .flatMap(pair -> pair)
                .limit(came.size())
                .toList());
    }

    /** Nobody says which devices the recipient has. */
    private boolean aMessageToNobodyCountsAsSent(Linked linked) throws Exception {
        Device device = linked.pair(standIn);
        BaileysLink link = linked.open(standIn, device);
        wire.loses(Wire.Part.QUESTION, "usync/get/usync", 1);
        try {
            send(link, "to nobody").get(20, TimeUnit.SECONDS);
            sendAndAwait(link, "to her");
            assertThat(standIn.inbox(ANA)).noneMatch(message -> message.text().equals("to nobody"));
            return true;
        } catch (ExecutionException e) {
            assertThat(e).hasMessageContaining("did not answer");
            return false;
        }
    }

    private boolean aRefusedUpgradeHangs(Linked linked) throws Exception {
        standIn.upgrades(403);
        try {
            linked.transport().open(linked.host());
            assertThat(linked.host().next()).isEqualTo("closed");
            return !linked.host().closedWith.contains("403");
        } finally {
            standIn.upgrades(0);
        }
    }
}
