package dev.pawl.benchmarks;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.StoreException;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Both sides of a crash: {@link #write} fills a store and then writes messages as {@link WriteWork} does until it is killed, {@link #look} says what is missing of what was acknowledged.
 *
 * <p>The file {@code notes} gets a line for each change once its commit returned: {@code S <session> <number of the message>}, {@code D <pre-key>} that was deleted, {@code C <number of the next pre-key>}
 * of the credentials. A half message is a last message of which some changes are there and others are not.
 */
final class CrashWork {

    private static final KeyType<JsonValue> SESSION = KeyType.json(KeyType.SESSION.name());

    private final TrialRequest request;
    private final Map<String, Double> found = new TreeMap<>();

    private CrashWork(TrialRequest request) {
        this.request = request;
        for (String count : List.of(
                "notOpened",
                "unreadable",
                "lostSessions",
                "staleSessions",
                "lostCredentials",
                "staleCredentials",
                "resurrected",
                "halves",
                "leftovers")) {
            found.put(count, 0.0);
        }
    }

    static Map<String, Double> write(TrialRequest request) {
        JsonObject fixture = (JsonObject) request.fixture("fixture");
        List<JsonValue> pool = ((JsonArray) request.fixture("pool")).values();
        Locators.clear(request, request.place());
        FillWork.fillAll(request, request.place(), fixture);
        try (MessageWriters targets = MessageWriters.open(request, request.place(), FillWork.credentials(fixture));
                FileOutputStream notes = new FileOutputStream(request.text("notes"), true)) {
            Device device =
                    new Device(targets.all().get(0), pool, Device.sessions(request.number("sessions"), 0, 1), 0);
            for (int i = 0; i < Integer.MAX_VALUE; i++) {
                device.write(i);
                String lines = "S " + device.lastSession() + " " + i + "\n";
                if (Device.usesPreKey(i)) {
                    lines += "D " + Device.usedPreKey(i) + "\nC " + Device.nextPreKey(i) + "\n";
                }
                notes.write(lines.getBytes(StandardCharsets.US_ASCII));
            }
            return Map.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Double> look(TrialRequest request) {
        CrashWork work = new CrashWork(request);
        Acknowledged acknowledged = Acknowledged.read(Path.of(request.text("notes")));
        try (Pawl pawl = Pawl.open(Locators.in(request, request.place()))) {
            work.look(pawl.auth(), acknowledged);
        } catch (StoreException e) {
            System.err.println(e);
            work.count("notOpened", 1);
        }
        work.countLeftovers();
        double damage = work.found.entrySet().stream()
                .filter(each -> !each.getKey().equals("leftovers"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
        work.found.put("damaged", damage > 0 ? 1.0 : 0);
        work.found.put("acknowledged", (double) acknowledged.changes());
        return work.found;
    }

    private void look(AuthStore store, Acknowledged acknowledged) {
        long nextPreKey = look(store.credentials(), acknowledged);
        long last = -1;
        for (String id : Device.sessions(request.number("sessions"), 0, 1)) {
            try {
                long number = store.read(SESSION, id)
                        .map(record -> ((JsonObject) record)
                                .get("seq")
                                .map(CrashWork::number)
                                .orElse(-1L))
                        .orElse(Long.MIN_VALUE);
                count("lostSessions", number == Long.MIN_VALUE ? 1 : 0);
                count(
                        "staleSessions",
                        number != Long.MIN_VALUE
                                        && number < acknowledged.sessions().getOrDefault(id, -1L)
                                ? 1
                                : 0);
                last = Math.max(last, number);
            } catch (StoreException e) {
                System.err.println(e);
                count("unreadable", 1);
            }
        }
        List<String> preKeys = store.ids(KeyType.PRE_KEY);
        for (String used : acknowledged.deleted()) {
            count("resurrected", preKeys.contains(used) ? 1 : 0);
        }
        if (last >= 0 && Device.usesPreKey((int) last)) {
            boolean whole = nextPreKey == Device.nextPreKey((int) last)
                    && !preKeys.contains(Integer.toString(Device.usedPreKey((int) last)));
            count("halves", whole ? 0 : 1);
        } else if (last >= 0) {
            count("halves", nextPreKey > Device.nextPreKey((int) last) ? 1 : 0);
        }
    }

    /** Returns the number of the next pre-key. */
    private long look(Optional<Credentials> credentials, Acknowledged acknowledged) {
        long next = credentials.map(each -> each.nextPreKeyId().orElse(0)).orElse(0L);
        if (credentials.flatMap(Credentials::me).isEmpty()) {
            count("lostCredentials", 1);
        } else if (next < acknowledged.nextPreKey()) {
            count("staleCredentials", 1);
        }
        return next;
    }

    /** What is still in the making after a store was opened and closed will never be made. */
    private void countLeftovers() {
        try (Stream<Path> files = Files.walk(request.place())) {
            count(
                    "leftovers",
                    files.map(file -> String.valueOf(file.getFileName()))
                            .filter(name -> name.matches(".*\\.(tmp|new)|tmp-.*"))
                            .count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void count(String what, long times) {
        found.merge(what, (double) times, Double::sum);
    }

    private static long number(JsonValue value) {
        return ((JsonNumber) value).longValue();
    }
}
