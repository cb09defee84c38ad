package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.TransportException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A link and its process, with a bridge that does what each test needs and knows no Baileys. */
class LinkEndTest {

    /** Sends what it is told to, and never answers. */
    private static final String BRIDGE = """
            const say = value => {
              const body = Buffer.from(value)
              const head = Buffer.alloc(4)
              head.writeUInt32BE(body.length)
              process.stdout.write(Buffer.concat([head, body]))
            }
            say('{"hello":%d,"baileys":"none","node":"none"}')
            process.stdin.on('data', data => {
              if (data.includes('"taken":72}')) process.exit()
              if (data.includes('"hello"')) say('{"ready":true}')
              if (data.includes('"go"')) { %s }
              if (data.includes('"a":5')) say(`{"l":1,"n":1,"event":"answered","data":${data.includes('"ok":true')}}`)
              if (data.includes('"taken":1}')) say('{"l":1,"n":9,"event":"confirmed","data":{}}')
            })
            process.stdin.on('end', () => process.exit())
            """;

    private static final OutgoingMessage HELLO = new OutgoingMessage(
            "1@s.whatsapp.net",
            JsonObject.builder().put("text", new JsonString("hello")).build(),
            JsonObject.EMPTY,
            "3EB0AAAA");

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    private static NodeProcess node(int version, String... said) throws InterruptedException {
        StringBuilder script = new StringBuilder();
        for (String line : said) {
            script.append("say(").append(line).append(")\n");
        }
        List<String> command = List.of("node", "-e", BRIDGE.formatted(version, script));
        return NodeProcess.start(command, Map.of(), JsonObject.EMPTY);
    }

    private static void go(NodeProcess node) {
        node.send(new Frame().put("l", 1).put("tell", "go"));
    }

    private BaileysLink link(NodeProcess node, MemoryHost host) {
        BaileysLink link = new BaileysLink(node, 1, host, threads);
        node.register(1, link);
        return link;
    }

    private static void hasFailed(CompletableFuture<?> asked) {
        assertThatThrownBy(() -> asked.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(TransportException.class);
    }

    @Test
    void whatIsNotAnsweredFailsWhenTheLinkIsClosed() throws Exception {
        try (NodeProcess node = node(NodeProcess.VERSION)) {
            BaileysLink link = link(node, new MemoryHost());
            CompletableFuture<JsonObject> sent = link.send(HELLO);
            CompletableFuture<Void> loggedOut = link.logout();

            link.close();

            hasFailed(sent);
            hasFailed(loggedOut);
            hasFailed(link.send(HELLO));
        }
    }

    @Test
    void whatIsNotAnsweredFailsWhenTheLinkEndsByItself() throws Exception {
        try (NodeProcess node = node(NodeProcess.VERSION, "'{\"l\":1,\"tell\":\"closed\",\"message\":\"gone\"}'")) {
            MemoryHost host = new MemoryHost();
            CompletableFuture<JsonObject> sent = link(node, host).send(HELLO);

            go(node);

            hasFailed(sent);
            assertThat(host.next()).isEqualTo("closed");
        }
    }

    @Test
    void anEventThatCannotBeReadIsLeftOutAndTheRestGoesOn() throws Exception {
        String deep = "`{\"l\":1,\"n\":1,\"event\":\"messages.upsert\",\"data\":${'['.repeat(600)}${']'.repeat(600)}}`";
        try (NodeProcess node = node(NodeProcess.VERSION, deep, "'{\"l\":1,\"n\":2,\"event\":\"next\",\"data\":{}}'")) {
            MemoryHost host = new MemoryHost() {
                @Override
                public void event(RawEvent event) {
                    told.add(event.name());
                }
            };
            link(node, host);

            go(node);

            assertThat(List.of(host.next(), host.next())).containsExactly("next", "confirmed");
            assertThat(node.isAlive()).isTrue();
        }
    }

    @Test
    void theHistoryIsWaitedForAndTroubleIsTold() throws Exception {
        String ask = "'{\"l\":1,\"i\":5,\"ask\":\"stored\"}'";
        String trouble = "'{\"l\":1,\"tell\":\"trouble\",\"message\":\"it is not kept\"}'";
        try (NodeProcess node = node(NodeProcess.VERSION, ask, trouble)) {
            MemoryHost host = new MemoryHost() {
                @Override
                public boolean awaitStored(Duration longest) {
                    told.add("waited");
                    return true;
                }

                @Override
                public void trouble(String what) {
                    told.add(what);
                }

                @Override
                public void event(RawEvent event) {
                    if (event.name().equals("answered")) { // That it is confirmed may come before the trouble.
                        told.add("answered " + event.data().toText());
                    }
                }
            };
            link(node, host);

            go(node);

            assertThat(List.of(host.next(), host.next(), host.next()))
                    .containsExactlyInAnyOrder("waited", "it is not kept", "answered true");
        }
    }

    @Test
    void thatItOpenedIsToldBeforeTheEventsThatCameAfterIt() throws Exception {
        try (NodeProcess node = node(NodeProcess.VERSION)) {
            Deque<Runnable> works = new ArrayDeque<>();
            List<String> order = new ArrayList<>();
            MemoryHost host = new MemoryHost() {
                @Override
                public void opened() {
                    order.add("opened");
                }

                @Override
                public void event(RawEvent event) {
                    order.add(event.name());
                }
            };
            BaileysLink link = new BaileysLink(node, 1, host, works::push);

            link.told("opened", JsonObject.EMPTY);
            link.event(1, "messages.upsert", JsonObject.EMPTY);
            while (!works.isEmpty()) {
                works.pop().run(); // Threads run what came last before what came first.
            }

            assertThat(order).containsExactly("opened", "messages.upsert");
        }
    }

    /** To confirm the second would confirm the first. */
    @Test
    void whatComesBehindARefusedEventIsNotTaken() throws Exception {
        try (NodeProcess node = node(NodeProcess.VERSION)) {
            List<String> came = new ArrayList<>();
            MemoryHost host = new MemoryHost() {
                @Override
                public void event(RawEvent event) {
                    came.add(event.name());
                    if (event.name().equals("first")) {
                        throw new IllegalStateException("refused");
                    }
                }
            };
            BaileysLink link = new BaileysLink(node, 1, host, Runnable::run);

            link.event(1, "first", JsonObject.EMPTY);
            link.event(2, "second", JsonObject.EMPTY);

            assertThat(came).containsExactly("first");
        }
    }

    /** To confirm what was left out would confirm the refused one before it. The process ends when it is told that. */
    @Test
    void whatIsLeftOutBehindARefusedEventIsNotConfirmed() throws Exception {
        try (NodeProcess node = node(NodeProcess.VERSION, "'{\"l\":2,\"n\":5,\"event\":\"alive\",\"data\":{}}'")) {
            MemoryHost refusing = new MemoryHost() {
                @Override
                public void event(RawEvent event) {
                    throw new IllegalStateException("refused");
                }
            };
            MemoryHost other = new MemoryHost() {
                @Override
                public void event(RawEvent event) {
                    told.add(event.name());
                }
            };
            BaileysLink link = new BaileysLink(node, 1, refusing, Runnable::run);
            node.register(2, new BaileysLink(node, 2, other, threads));

            link.event(71, "first", JsonObject.EMPTY);
            link.unreadable(72, "second", "it is nested too deeply");
            go(node);

            assertThat(other.next()).isEqualTo("alive");
        }
    }

    @Test
    void aBridgeOfAnotherVersionIsRefused() {
        assertThatThrownBy(() -> node(NodeProcess.VERSION + 1))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        e -> assertThat(e.isPermanent()).isTrue())
                .hasMessageContaining("version " + (NodeProcess.VERSION + 1));
    }

    @Test
    void theBridgeRefusesAJvmOfAnotherVersion() throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("node", new Packages(directory).bridge().toString());
        builder.environment().put("PAWL_PACKAGES", WhatsAppStandIn.packages().toString());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process bridge = builder.start();
        try {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.writeBytes(new Frame().put("hello", NodeProcess.VERSION + 1).encoded());
            bridge.getOutputStream().write(frame.toByteArray());
            bridge.getOutputStream().flush();

            assertThat(bridge.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(bridge.exitValue()).isEqualTo(2);
            assertThat(new String(bridge.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("version " + (NodeProcess.VERSION + 1));
        } finally {
            bridge.destroyForcibly();
        }
    }

    @Test
    void aTransportIsClosedWithoutWaitingForItsStart() throws Exception {
        Path started = directory.resolve("started");
        Path node = directory.resolve("node");
        run("mkfifo", started.toString());
        Files.writeString(node, "#!/bin/sh\necho > '" + started + "'\nexec sleep 300\n");
        run("chmod", "+x", node.toString());
        BaileysTransport transport = BaileysTransport.builder()
                .cache(directory.resolve("cache"))
                .node(node)
                .build();
        CompletableFuture<Void> starting = CompletableFuture.runAsync(
                () -> {
                    try {
                        transport.start();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
        assertThat(Files.readString(started)).isEqualTo("\n"); // It waits for Node now.

        CompletableFuture.runAsync(transport::close, threads).get(10, TimeUnit.SECONDS);

        assertThatThrownBy(() -> starting.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(TransportException.class)
                .hasMessageContaining("closed");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }
}
