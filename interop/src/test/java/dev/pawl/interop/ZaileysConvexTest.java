package dev.pawl.interop;

import static dev.pawl.interop.ZaileysSample.CHAT;
import static dev.pawl.interop.ZaileysSample.GROUP;
import static dev.pawl.interop.ZaileysSample.KEYS;
import static dev.pawl.interop.ZaileysSample.MAIN;
import static dev.pawl.interop.ZaileysSample.credentials;
import static dev.pawl.interop.ZaileysSample.filling;
import static dev.pawl.interop.ZaileysSample.listed;
import static dev.pawl.interop.ZaileysSample.messageIds;
import static dev.pawl.interop.ZaileysSample.reading;
import static dev.pawl.interop.ZaileysSample.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.convex.LocalConvex;
import dev.pawl.file.BaileysBackend;
import dev.pawl.job.Job;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.migrate.Migration;
import dev.pawl.migrate.MigrationReport;
import dev.pawl.migrate.Part;
import dev.pawl.tck.Samples;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real zaileys, through the real client of Convex, and Pawl on one deployment. */
final class ZaileysConvexTest {

    private static Optional<String> text(Backend backend, Key key) {
        return backend.get(MAIN, key).map(row -> row.value().utf8());
    }

    private static JsonObject job() {
        return JsonObject.builder()
                .put(
                        "job",
                        JsonValue.parse("{\"id\":\"j1\",\"fireAt\":1800000000000,\"recipient\":\"" + CHAT
                                + "\",\"payload\":{\"text\":\"later\"}}"))
                .build();
    }

    private static void assertIsWhatZaileysWrote(Backend backend) {
        assertIsTheirHistory(backend);
        assertThat(text(backend, Key.CREDENTIALS)).contains(credentials(31));
        KEYS.forEach(
                (key, value) -> assertThat(text(backend, key)).as("%s", key).contains(value));
        assertThat(listed(backend, Scan.of(Family.KEY).limit(3))).hasSize(KEYS.size());
        assertIsTheirJob(backend);
    }

    private static void assertIsTheirJob(Backend backend) {
        List<Row> jobs = backend.scan(MAIN, Scan.of(Family.JOB).in("waiting")).items();
        assertThat(jobs).extracting(Row::order).containsExactly(1_800_000_000_000L);
    }

    private static void assertIsTheirHistory(Backend backend) {
        assertThat(listed(backend, Scan.of(Family.MESSAGE).limit(7))).hasSize(41);
        assertThat(listed(backend, Scan.of(Family.MESSAGE).in(CHAT).descending().limit(7)))
                .hasSize(40)
                .startsWith("M39|0", "M38|1", "M37|0", "M36|1");
        assertThat(listed(backend, Scan.of(Family.CHAT).descending())).containsExactly(GROUP, CHAT);
        assertThat(listed(backend, Scan.of(Family.CONTACT))).containsExactly(CHAT);
        assertThat(listed(backend, Scan.of(Family.PRESENCE).in(CHAT))).containsExactly(CHAT);
    }

    @Test
    void pawlReadsAdoptsMigratesAndErasesWhatZaileysWrote() {
        try (LocalConvex convex = LocalConvex.withBoth()) {
            Zaileys zaileys = Zaileys.onConvex(convex.url(), "theirs");
            zaileys.ask("fill", filling());
            zaileys.ask("job", job());
            try (Backend reader =
                            convex.backend("theirs").access(Access.READ_ONLY).open();
                    Backend five = convex.backend("theirs").functionsOfZaileys().open();
                    Backend backend = convex.backend("theirs").open()) {
                for (Backend each : List.of(reader, five, backend, reader, five)) {
                    assertIsWhatZaileysWrote(each);
                }
                for (Backend source : List.of(five, backend)) {
                    try (MemoryBackend target = new MemoryBackend()) {
                        Migration.from(source, MAIN)
                                .to(target, MAIN)
                                .only(Set.of(Part.MESSAGES))
                                .run();
                        assertIsTheirHistory(target);
                    }
                }
                backend.erase(MAIN, Set.of(Family.CREDENTIALS, Family.KEY), List.of());
                assertThat(text(five, Key.CREDENTIALS)).isEmpty();
                assertThat(listed(five, Scan.of(Family.MESSAGE))).hasSize(41);
            }
        }
    }

    /** On a deployment with nothing of ours: every key of a real account, its history and its jobs. */
    @Test
    void allThatZaileysWroteMigratesAwayThroughItsOwnFunctions(@TempDir Path temp) {
        try (LocalConvex convex = LocalConvex.ofZaileys();
                BaileysBackend account = BaileysBackend.open(Samples.copyTo(temp, "paired"), Access.READ_ONLY)) {
            Map<Key, String> keys = new HashMap<>();
            Page.stream((Optional<Position> after) -> account.scan(
                            MAIN, after.map(Scan.of(Family.KEY)::after).orElse(Scan.of(Family.KEY))))
                    .forEach(row -> keys.put(row.key(), row.value().utf8()));
            String credentials = text(account, Key.CREDENTIALS).orElseThrow();
            Zaileys zaileys = Zaileys.onConvex(convex.url(), "theirs");
            zaileys.ask(
                    "fill",
                    filling().toBuilder()
                            .put("creds", JsonValue.parse(credentials))
                            .put("signal", ZaileysSample.signal(keys))
                            .build());
            zaileys.ask("job", job());
            try (Backend source = convex.backend("theirs").functionsOfZaileys().open();
                    MemoryBackend target = new MemoryBackend()) {
                MigrationReport report =
                        Migration.from(source, MAIN).to(target, MAIN).run();

                // Beside the keys: credentials, messages, two chats, a contact, a presence and a job.
                assertThat(report.total().rows()).isEqualTo(keys.size() + 1 + 41 + 2 + 1 + 1 + 1);
                assertThat(report.leftOut()).isEmpty();
                assertThat(text(target, Key.CREDENTIALS).map(JsonValue::parse)).contains(JsonValue.parse(credentials));
                keys.forEach((key, value) -> assertThat(text(target, key).map(JsonValue::parse))
                        .as("%s", key)
                        .contains(JsonValue.parse(value)));
                assertIsTheirHistory(target);
                assertIsTheirJob(target);
            }
        }
    }

    @Test
    void aJobThatZaileysScheduledIsFoundAndSentAndGoneForZaileys() {
        try (LocalConvex convex = LocalConvex.withBoth();
                Backend backend = convex.backend("theirs").open();
                JobStore jobs = JobStore.open(backend, MAIN, () -> Instant.ofEpochMilli(1_800_000_000_000L))) {
            Zaileys zaileys = Zaileys.onConvex(convex.url(), "theirs");
            zaileys.ask("job", job());
            Job found = jobs.find("j1").orElseThrow();
            assertThat(found.state()).isEqualTo(JobState.WAITING);
            assertThat(found.fireAt()).isEqualTo(Instant.ofEpochMilli(1_800_000_000_000L));
            assertThat(found.recipient()).isEqualTo(CHAT);
            assertThat(found.payload().toText()).isEqualTo("{\"text\":\"later\"}");
            List<Job> sent = new ArrayList<>();
            try (JobRunner runner =
                    JobRunner.builder().clock(() -> found.fireAt()).build()) {
                runner.add(jobs, sent::add);
                assertThat(runner.runDue()).isEqualTo(1);
            }

            assertThat(sent).singleElement().satisfies(job -> {
                assertThat(job.payload()).isEqualTo(found.payload());
                assertThat(job.messageId()).isPresent();
            });
            assertThat(jobs.counts().done()).isEqualTo(1);
            assertThat(ZaileysSample.strings(zaileys.ask("jobs", JsonObject.EMPTY), "id"))
                    .isEmpty();
        }
    }

    @Test
    void zaileysReadsAndClearsWhatPawlWrote() {
        try (LocalConvex convex = LocalConvex.withBoth();
                Backend backend = convex.backend("ours").open()) {
            List<Row> rows = new ArrayList<>();
            rows.add(row(Key.CREDENTIALS, 0, credentials(31)));
            KEYS.forEach((key, value) -> rows.add(row(key, 0, value)));
            rows.add(row(new Key(Family.MESSAGE, CHAT, "A|0"), 5, ZaileysSample.message(CHAT, "A", false, 5)));
            rows.add(row(new Key(Family.MESSAGE, CHAT, "B|1"), 6, ZaileysSample.message(CHAT, "B", true, 6)));
            rows.add(row(Key.of(Family.CHAT, CHAT), 6, "{\"id\":\"" + CHAT + "\"}"));
            rows.add(row(
                    new Key(Family.JOB, "waiting", "j2"),
                    1_800_000_000_000L,
                    "{\"id\":\"j2\",\"fireAt\":1800000000000,\"recipient\":\"x\",\"payload\":{}}"));
            backend.commit(MAIN, Batch.of(rows.toArray(Row[]::new)));
            Zaileys zaileys = Zaileys.onConvex(convex.url(), "ours");

            JsonObject read = zaileys.read(reading());

            assertThat(read.get("creds").map(JsonValue::toText)).contains(credentials(31));
            assertThat(((JsonObject) read.get("signal").orElseThrow()).toText())
                    .isEqualTo(ZaileysSample.signal(KEYS).toText());
            assertThat(messageIds(read)).containsExactly("B", "A");
            assertThat(ZaileysSample.strings(zaileys.ask("jobs", JsonObject.EMPTY), "id"))
                    .containsExactly("j2");
            zaileys.ask("clearAuth", JsonObject.EMPTY);
            assertThat(text(backend, Key.CREDENTIALS)).isEmpty();
            assertThat(listed(backend, Scan.of(Family.KEY))).isEmpty();
        }
    }

    /** The functions through the real client of Convex: what it sends and reads is what ours send and read. */
    @Test
    void theRealClientCallsTheFunctionsOfPawl() {
        try (LocalConvex convex = LocalConvex.withBoth();
                Backend backend = convex.backend("client").open()) {
            Key odd = Key.ofKey("a:b", "\u0000\ud83d\ude00");
            backend.commit(MAIN, Batch.of(row(odd, 0, "\"\ud83d\ude00\\u0000\u2028\"")));
            JsonObject answer = (JsonObject) Zaileys.onConvex(convex.url(), "client")
                    .ask(
                            "raw",
                            JsonObject.builder()
                                    .put("kind", "query")
                                    .put("function", "pawl:scan")
                                    .put(
                                            "args",
                                            JsonObject.builder()
                                                    .put("secret", LocalConvex.SECRET)
                                                    .put("namespace", "client")
                                                    .put("family", "key")
                                                    .put("backwards", false)
                                                    .put("limit", 5)
                                                    .put("keysOnly", false)
                                                    .put("settled", true)
                                                    .build())
                                    .build());
            assertThat(ZaileysSample.strings(answer.get("rows").orElseThrow(), "id"))
                    .containsExactly(odd.id());
            assertThat(ZaileysSample.strings(answer.get("rows").orElseThrow(), "partition"))
                    .containsExactly("a:b");
            assertThat(ZaileysSample.strings(answer.get("rows").orElseThrow(), "value"))
                    .containsExactly("\"\ud83d\ude00\\u0000\u2028\"");
        }
    }
}
