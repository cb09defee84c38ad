package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.Credentials;
import dev.pawl.backend.SessionName;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.transport.CloseReason;
import dev.pawl.transport.KeyChanges;
import dev.pawl.transport.LinkHost;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that keeps its keys in memory, for tests of links alone; goes from one link to the next. */
class MemoryHost implements LinkHost {

    private static final Pattern SESSION = Pattern.compile("\"remoteIdentityKey\"");
    private static final Pattern ID = Pattern.compile("\"id\":\"([0-9A-F]+)\"");

    private final Map<String, Map<String, Bytes>> keys = new HashMap<>();
    private JsonObject credentials = Credentials.create().json();
    private final Map<String, JsonObject> mine = new ConcurrentHashMap<>();
    /** What happened to the connection. */
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    /** The ids of the messages that were handed over. */
    final Set<String> ids = ConcurrentHashMap.newKeySet();

    @Override
    public SessionName session() {
        return SessionName.of("slow");
    }

    @Override
    public synchronized Bytes credentials() {
        return credentials.toBytes();
    }

    @Override
    public synchronized Map<String, Bytes> read(String type, Collection<String> names) {
        Map<String, Bytes> found = new LinkedHashMap<>();
        for (String name : names) {
            Bytes text = keys.getOrDefault(type, Map.of()).get(name);
            if (text != null) {
                found.put(name, text);
            }
        }
        return found;
    }

    @Override
    public synchronized void write(KeyChanges changes) {
        changes.keys()
                .forEach((type, records) -> records.forEach((id, text) -> {
                    Map<String, Bytes> all = keys.computeIfAbsent(type, name -> new HashMap<>());
                    text.ifPresentOrElse(value -> all.put(id, value), () -> all.remove(id));
                }));
        changes.credentials()
                .ifPresent(members -> members.forEach((name, value) -> {
                    credentials = credentials.with(name, value);
                }));
    }

    @Override
    public void event(RawEvent event) {
        if (event.name().equals("messages.upsert") && !event.data().toText().contains("messageStubType")) {
            Matcher found = ID.matcher(event.data().toText());
            while (found.find()) {
                ids.add(found.group(1));
            }
        }
    }

    @Override
    public void storeOwnMessage(JsonObject message) {
        mine.put(idOf((JsonObject) StandInPipe.member(message, "key")), (JsonObject)
                StandInPipe.member(message, "message"));
    }

    @Override
    public Optional<JsonObject> messageForRetry(JsonObject key) {
        return Optional.ofNullable(mine.get(idOf(key)));
    }

    private static String idOf(JsonObject key) {
        return StandInPipe.textOf(key, "id");
    }

    @Override
    public void qr(String text) {
        told.add("qr " + text);
    }

    @Override
    public void opened() {
        told.add("opened");
    }

    @Override
    public void closed(CloseReason reason) {
        told.add("closed");
    }

    /** How many sessions there are with somebody's phone; libsignal keeps forty. */
    long sessions(Person with) {
        return read("session", List.of(with.lidUser() + "_1.0")).values().stream()
                .mapToLong(record -> SESSION.matcher(record.utf8()).results().count())
                .sum();
    }

    /** Waits until the state that devices share was looked at: a connection that finds that not done keeps what comes to itself. */
    void awaitSynchronised() throws Exception {
        Eventually.holds(
                Program.PATIENCE.multipliedBy(2),
                () -> assertThat(Credentials.parse(credentials())
                                .accountSyncCounter()
                                .orElse(0))
                        .isPositive());
    }

    /** Has my phone link it; the connection ends with that. */
    Device pair(WhatsAppStandIn standIn, BaileysTransport transport) throws Exception {
        transport.open(this);
        Device device = standIn.scan(next().substring("qr ".length()));
        assertThat(next()).isEqualTo("closed");
        return device;
    }

    /** Opens it, and waits until the stand-in knows. */
    BaileysLink open(WhatsAppStandIn standIn, BaileysTransport transport, Device device) throws Exception {
        BaileysLink link = (BaileysLink) transport.open(this);
        assertThat(next()).isEqualTo("opened");
        standIn.awaitLive(device);
        return link;
    }

    /** Ends it in good order. */
    void end(WhatsAppStandIn standIn, BaileysLink link, Device device) throws Exception {
        link.disconnect().get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next()).isEqualTo("closed");
        standIn.awaitGone(device);
    }

    /** What happened next. */
    String next() throws InterruptedException {
        return String.valueOf(told.poll(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }
}
