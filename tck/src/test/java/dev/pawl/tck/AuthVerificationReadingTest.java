package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Finding;
import dev.pawl.auth.KeyPair;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonValue;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How a verification reads: past damage, beside a writer, without writing, and without holding what it read. */
class AuthVerificationReadingTest {

    private static final StoredAccount HEALTHY = StoredAccount.of(Path.of("..", "examples", "baileys-session"));

    /** A backend that only reads and counts the values it has given out. */
    private static class Watched extends ForwardingBackend {
        final List<Key> read = new ArrayList<>();
        int largest;

        Watched(Backend backend) {
            super(backend);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            read.addAll(keys);
            largest = Math.max(largest, keys.size());
            return super.get(session, keys);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            throw new AssertionError("a verification writes nothing");
        }

        @Override
        public void erase(SessionName session, Set<Family> families, List<Check> checks) {
            throw new AssertionError("a verification erases nothing");
        }
    }

    /** A backend that cannot read some rows, and so no batch with one of them. */
    private static final class Damaged extends Watched {
        private final Set<Key> unreadable;

        Damaged(Backend backend, Set<Key> unreadable) {
            super(backend);
            this.unreadable = unreadable;
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            for (Key key : keys) {
                if (unreadable.contains(key)) {
                    throw new CorruptDataException(key, locate(session, key), "checksum does not match");
                }
            }
            return super.get(session, keys);
        }

        @Override
        public Inspection inspect(SessionName session) {
            return new Inspection(
                    "damaged",
                    List.of(
                            new Inspection.Remark(true, "block 7", "is gone"),
                            new Inspection.Remark(false, "file 8", "is open to everybody")));
        }
    }

    /** A backend in which somebody commits after the first read of a row. */
    private static final class Busy extends Watched {
        private final Backend backend;
        private final Key first;
        private Optional<Batch> next;

        Busy(Backend backend, Key first, Batch next) {
            super(backend);
            this.backend = backend;
            this.first = first;
            this.next = Optional.of(next);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> found = super.get(session, keys);
            if (keys.contains(first) && next.isPresent()) {
                backend.commit(session, next.get());
                next = Optional.empty();
            }
            return found;
        }
    }

    @Test
    void everyUnreadableRowIsNamedAndNoneHidesAnother() {
        Key preKey = KeyType.PRE_KEY.key("12");
        Key mapping = KeyType.LID_MAPPING.key("6281111111111");
        StoredAccount faulty = HEALTHY.with(KeyType.PRE_KEY.key("13"), Bytes.utf8("{}"));
        try (Backend backend = new Damaged(faulty.inMemory(), Set.of(Key.CREDENTIALS, preKey, mapping))) {
            List<Finding> findings = AuthVerification.run(backend, SessionName.DEFAULT);

            assertThat(findings.stream().filter(finding -> finding.rule().equals("damaged")))
                    .allSatisfy(finding -> {
                        assertThat(finding.isProblem()).isTrue();
                        assertThat(finding.text()).isEqualTo("checksum does not match");
                        assertThat(finding.place())
                                .isEqualTo(backend.locate(
                                        SessionName.DEFAULT, finding.key().orElseThrow()));
                    })
                    .extracting(finding -> finding.key().orElseThrow())
                    .containsExactlyInAnyOrder(Key.CREDENTIALS, preKey, mapping);
            assertThat(findings)
                    .extracting(Finding::rule)
                    .contains("pre-key-shape")
                    .doesNotContain("orphans");
        }
    }

    @Test
    void whatTheBackendSaysOfItsStorageIsPassedOn() {
        try (Backend backend = new Damaged(HEALTHY.inMemory(), Set.of())) {
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT))
                    .containsExactly(
                            new Finding(Finding.Severity.PROBLEM, "storage", Optional.empty(), "block 7", "is gone"),
                            new Finding(
                                    Finding.Severity.WARNING,
                                    "storage",
                                    Optional.empty(),
                                    "file 8",
                                    "is open to everybody"));
        }
    }

    @Test
    void everyRecordIsReadAndProgressCountsThem() {
        try (Watched backend = new Watched(HEALTHY.inMemory())) {
            List<Long> progress = new ArrayList<>();
            AuthVerification.run(backend, SessionName.DEFAULT, progress::add);

            assertThat(backend.read).containsAll(HEALTHY.keys());
            assertThat(progress).isSorted().endsWith(HEALTHY.keys().size() - 1L);
        }
    }

    @Test
    void preKeysThatComeBeforeTheirCredentialsAreNoContradiction() {
        Key preKey = KeyType.PRE_KEY.key("31");
        JsonValue credentials = JsonValue.parse(HEALTHY.get(Key.CREDENTIALS));
        Batch saved = Batch.of(Row.of(
                Key.CREDENTIALS,
                JsonEdit.put("nextPreKeyId", "32").apply(credentials).toBytes()));
        StoredAccount ahead = HEALTHY.with(preKey, KeyPair.generate().json().toBytes());
        try (Backend backend = new Busy(ahead.inMemory(), preKey, saved)) {
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT)).isEmpty();
        }
        try (Backend backend = ahead.inMemory()) {
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT)).hasSize(1);
        }
    }

    @Test
    void aRecordThatIsWholeWhenReadAgainIsNoProblem() {
        Key preKey = KeyType.PRE_KEY.key("9");
        Batch whole = Batch.of(Row.of(preKey, HEALTHY.get(preKey)));
        StoredAccount torn = HEALTHY.with(preKey, Bytes.utf8("{\"private\""));
        try (Backend backend = new Busy(torn.inMemory(), preKey, whole)) {
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT)).isEmpty();
        }
    }

    @Test
    void credentialsThatAreWholeWhenReadAgainAreNoProblem() {
        Batch whole = Batch.of(Row.of(Key.CREDENTIALS, HEALTHY.get(Key.CREDENTIALS)));
        StoredAccount torn = HEALTHY.with(Key.CREDENTIALS, Bytes.EMPTY);
        try (Backend backend = new Busy(torn.inMemory(), Key.CREDENTIALS, whole)) {
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT)).isEmpty();
        }
    }

    @Test
    void aMappingThatIsWrittenMeanwhileIsNotOneWay() {
        Key reverse = KeyType.LID_MAPPING.key("11122233344455_reverse");
        Batch second = Batch.of(Row.of(reverse, HEALTHY.get(reverse)));
        try (Backend backend = new Busy(HEALTHY.without(reverse).inMemory(), reverse, second)) {
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT)).isEmpty();
        }
    }

    @Test
    void anIdentityThatChangesMeanwhileDoesNotDiffer() {
        Key identity = KeyType.IDENTITY_KEY.key("6282222222222.0");
        Bytes before =
                JsonEdit.flip(4).apply(JsonValue.parse(HEALTHY.get(identity))).toBytes();
        Batch changed = Batch.of(Row.of(identity, HEALTHY.get(identity)));
        Key session = KeyType.SESSION.key("6282222222222.0");
        try (Busy backend = new Busy(HEALTHY.with(identity, before).inMemory(), session, Batch.EMPTY)) {
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT))
                    .extracting(Finding::rule)
                    .containsExactly("identity-differs");
        }
        try (Backend backend = new Busy(HEALTHY.with(identity, before).inMemory(), session, changed)) {
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT)).isEmpty();
        }
    }

    @Test
    void preKeysThatPileUpAreOneWarning() {
        MemoryBackend memory = HEALTHY.with(
                        Key.CREDENTIALS,
                        JsonEdit.put("nextPreKeyId", "3001")
                                .apply(JsonValue.parse(HEALTHY.get(Key.CREDENTIALS)))
                                .toBytes())
                .inMemory();
        Bytes pair = HEALTHY.get(KeyType.PRE_KEY.key("9"));
        LongStream.rangeClosed(1, 3000).forEach(id -> put(memory, KeyType.PRE_KEY.key(Long.toString(id)), pair));
        try (Backend backend = memory) {
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT))
                    .extracting(Finding::rule)
                    .containsExactly("pre-keys-unused");
        }
    }

    @Test
    void aHundredThousandKeysTakeSecondsAndSmallBatches() {
        MemoryBackend memory = HEALTHY.inMemory();
        Bytes session = HEALTHY.get(KeyType.SESSION.key("6282222222222.0"));
        Bytes identity = HEALTHY.get(KeyType.IDENTITY_KEY.key("6282222222222.0"));
        for (long user = 70_000_000_000L; user < 70_000_020_000L; user++) {
            String lid = "9" + user;
            put(memory, KeyType.SESSION.key(lid + "_1.0"), session);
            put(memory, KeyType.IDENTITY_KEY.key(lid + "_1.0"), identity);
            put(memory, KeyType.LID_MAPPING.key("" + user), Bytes.utf8("\"" + lid + "\""));
            put(memory, KeyType.LID_MAPPING.key(lid + "_reverse"), Bytes.utf8("\"" + user + "\""));
            put(memory, KeyType.DEVICE_LIST.key(lid), Bytes.utf8("[\"0\"]"));
        }
        try (Watched backend = new Watched(memory)) {
            // time of this thread: how busy the machine is does not count
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT)).isEmpty();
            assertThat(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before)
                    .isLessThan(10_000_000_000L);
            assertThat(backend.read).hasSizeGreaterThan(100_000);
            assertThat(backend.largest).isLessThanOrEqualTo(64);
        }
    }

    private static void put(Backend backend, Key key, Bytes value) {
        backend.commit(SessionName.DEFAULT, Batch.of(Row.of(key, value)));
    }
}
