package dev.pawl.baileys;

import dev.pawl.Client;
import dev.pawl.Content;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.event.MessageKey;
import dev.pawl.json.JsonObject;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A stand-in with me and others, and a program that is linked to my account: shared by the tests of a class. */
final class LinkedProgram implements AutoCloseable {

    static final String SESSION = "main";

    final WhatsAppStandIn standIn;
    private final StoreKind kind;
    final Device device;
    private final Path directory;
    private final String[] locators;
    private Program program;

    private LinkedProgram(WhatsAppStandIn standIn, StoreKind kind) throws Exception {
        this.kind = kind;
        this.standIn = standIn;
        this.directory = Files.createTempDirectory("pawl-linked-");
        this.locators = kind.locators(directory);
        this.program = open(builder -> builder);
        this.device = program.pair(standIn);
    }

    /** One on each kind of store that is tried now. Who takes one from the stream closes it, as JUnit does. */
    static Stream<LinkedProgram> each(Person... others) {
        return StoreKind.now().map(kind -> on(kind, standIn -> {}, others));
    }

    /** The same on one kind alone, but under the profile soak. */
    static Stream<LinkedProgram> one(Person... others) {
        return StoreKind.oneNow().map(kind -> on(kind, standIn -> {}, others));
    }

    /**
     * Links a new program that keeps everything in such stores.
     *
     * @param before what is to be at the stand-in before the program is linked
     */
    static LinkedProgram on(StoreKind kind, Consumer<WhatsAppStandIn> before, Person... others) {
        WhatsAppStandIn standIn = WhatsAppStandIn.start();
        for (Person other : others) {
            standIn.add("peer", other);
        }
        before.accept(standIn);
        try {
            return new LinkedProgram(standIn, kind);
        } catch (Exception e) {
            IllegalStateException failure = new IllegalStateException("the program could not be linked", e);
            try {
                standIn.close();
            } catch (AssertionError surprise) {
                failure.addSuppressed(surprise);
            }
            throw failure;
        }
    }

    private Program open(UnaryOperator<BaileysTransport.Builder> how) {
        BaileysTransport.Builder transport = standIn.transport(directory.resolve("cache"));
        return Program.open(how.apply(transport).build(), SESSION, locators);
    }

    Program program() {
        return program;
    }

    Client client() {
        return program.client;
    }

    MessageStore history() {
        return program.client.messages();
    }

    /** Ends the program in good order. */
    void stop() {
        program.close();
        standIn.awaitGone(device);
    }

    /** Starts it on what it left behind, and waits until it is connected. */
    void start() throws Exception {
        program = open(builder -> builder);
        program.connect();
        standIn.awaitLive(device);
    }

    void restart() throws Exception {
        stop();
        start();
    }

    /** The child dies as with {@code kill -9}, and the client comes back by itself. */
    void killChild() throws Exception {
        program.forgetEnds();
        ProcessHandle.of(program.transport.processId().orElseThrow()).ifPresent(ProcessHandle::destroyForcibly);
        program.end();
        program.connect();
        standIn.awaitLive(device);
    }

    /** Sends a text and gives the id of the message. */
    String send(String jid, String text) throws InterruptedException {
        return program.client.send(jid, Content.text(text)).key().id();
    }

    /** Waits until messages with all of these texts have come in, in whatever order. */
    void awaitTexts(Set<String> texts) throws InterruptedException {
        Set<String> missing = new HashSet<>(texts);
        while (!missing.isEmpty()) {
            missing.remove(program.message().text().orElse(""));
        }
    }

    /** A message of the history. */
    WaMessage stored(String chat, boolean fromMe, String id) {
        return history()
                .message(key(chat, fromMe, id))
                .orElseThrow(() -> new AssertionError("there is no message " + id + " in " + chat));
    }

    /** The texts of all messages of a chat that have one, the newest first. */
    static List<String> texts(MessageStore history, String chat) {
        PageRequest all = new PageRequest(10_000, Optional.empty(), Optional.empty(), true);
        return history.messages(chat, all).items().stream()
                .map(WaMessage::text)
                .flatMap(Optional::stream)
                .toList();
    }

    static MessageKey key(String chat, boolean fromMe, String id) {
        JsonObject.Builder key = JsonObject.builder()
                .put("remoteJid", chat)
                .put("fromMe", fromMe)
                .put("id", id);
        return MessageKey.find(key.build()).orElseThrow();
    }

    /** The kind of its stores. */
    @Override
    public String toString() {
        return kind.name();
    }

    @Override
    public void close() {
        Ends.all(List.of(program::close, standIn::close, this::delete));
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
