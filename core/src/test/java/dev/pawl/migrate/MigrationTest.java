package dev.pawl.migrate;

import static dev.pawl.migrate.Contents.SESSION;
import static dev.pawl.migrate.Contents.all;
import static dev.pawl.migrate.Contents.fill;
import static dev.pawl.migrate.Contents.lease;
import static dev.pawl.migrate.Contents.put;
import static dev.pawl.migrate.Contents.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.json.Bytes;
import dev.pawl.migrate.MigrationListener.Stage;
import dev.pawl.migrate.MigrationReport.Amount;
import dev.pawl.migrate.MigrationReport.LeftOut;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a migration copies, leaves out and reports. */
class MigrationTest {

    private final MemoryBackend source = new MemoryBackend();
    private final MemoryBackend target = new MemoryBackend();

    @BeforeEach
    void fillSource() {
        fill(source);
    }

    private Migration migration() {
        return to(target);
    }

    private Migration to(Backend other) {
        return Migration.from(source, SESSION).to(other, SESSION);
    }

    @Test
    void everyRecordOfEveryTypeArrivesByteForByte() {
        migration().run();

        assertThat(all(target)).isEqualTo(all(source)).hasSize(605);
    }

    @Test
    void theReportCountsByFamilyAndType() {
        MigrationReport report = migration().run();

        assertThat(report.copied().get(Family.KEY))
                .containsEntry("pre-key", new Amount(600, bytes("pre-key")))
                .containsEntry("device-list", new Amount(2, 5))
                .containsEntry("no type that anybody knows", new Amount(1, 16))
                .hasSize(4);
        assertThat(report.total())
                .isEqualTo(new Amount(
                        605,
                        all(source).stream()
                                .mapToLong(row -> row.value().size())
                                .sum()));
        assertThat(report.leftOut()).isEmpty();
        assertThat(report.from().place()).isEqualTo(source.locate(SESSION, Key.CREDENTIALS));
        assertThat(report.to().session()).isEqualTo(SESSION);
        assertThat(report.before()).isEqualTo(MigrationState.NEW);
        assertThat(report.sourceRetired()).isFalse();
    }

    private long bytes(String type) {
        return all(source).stream()
                .filter(row -> row.key().partition().equals(type))
                .mapToLong(row -> row.value().size())
                .sum();
    }

    @Test
    void credentialsAreWrittenInTheLastCommitOfRecords() {
        List<Batch> batches = new ArrayList<>();
        to(new ForwardingBackend(target) {
                    @Override
                    public void commit(SessionName session, Batch batch) {
                        if (batch.puts().stream().anyMatch(row -> row.key().family() != Family.LEASE)) {
                            batches.add(batch);
                        }
                        super.commit(session, batch);
                    }
                })
                .run();

        assertThat(batches).hasSizeGreaterThan(1);
        assertThat(batches.get(batches.size() - 1).puts()).extracting(Row::key).containsExactly(Key.CREDENTIALS);
        assertThat(batches.subList(0, batches.size() - 1))
                .flatExtracting(Batch::puts)
                .extracting(Row::key)
                .doesNotContain(Key.CREDENTIALS);
    }

    @Test
    void noClientOpensTheTargetWhileItIsCopied() {
        List<Boolean> refused = new ArrayList<>();
        migration()
                .progress((stage, rows, total) -> {
                    if (stage != Stage.CHECKING && rows % 200 == 0) {
                        assertThatThrownBy(() -> AuthStore.opening(target, SESSION)
                                        .takeOver()
                                        .open())
                                .isInstanceOf(InUseException.class);
                        refused.add(true);
                    }
                })
                .run();

        assertThat(refused).isNotEmpty();
        AuthStore.open(target, SESSION).close();
    }

    @Test
    void theSourceIsOnlyRead() {
        AtomicInteger writes = new AtomicInteger();
        Backend watched = new ForwardingBackend(source) {
            @Override
            public void commit(SessionName session, Batch batch) {
                writes.incrementAndGet();
                super.commit(session, batch);
            }
        };

        Migration.from(watched, SESSION).to(target, SESSION).run();

        assertThat(writes).hasValue(0);
    }

    @Test
    void aReadingListsTheKeysOfADirectoryOnceAndNotForEveryFewValues() {
        AtomicInteger listings = new AtomicInteger();
        Backend watched = new ForwardingBackend(source) {
            @Override
            public Page<Row, Position> scan(SessionName session, Scan scan) {
                assertThat(scan.keysOnly()).isTrue();
                listings.addAndGet(scan.family() == Family.KEY ? 1 : 0);
                return super.scan(session, scan);
            }
        };

        Migration.from(watched, SESSION).to(target, SESSION).run();

        // Checking, copying, comparing.
        assertThat(listings).hasValue(3);
    }

    @Test
    void nothingIsLeftOfTheMarkInTheEnd() {
        migration().run();

        assertThat(lease(target)).isEmpty();
    }

    @Test
    void aDryRunWritesNothingAndReportsTheSame() {
        Backend untouchable = new ForwardingBackend(target) {
            @Override
            public void commit(SessionName session, Batch batch) {
                throw new AssertionError("a dry run commits");
            }
        };

        MigrationReport dry = to(untouchable).dryRun().run();

        assertThat(dry.dryRun()).isTrue();
        assertThat(dry.copied()).isEqualTo(migration().run().copied());
    }

    @Test
    void overwriteReplacesEverythingTheTargetHeld() {
        put(target, row("session", "old", "{}"), row("pre-key", "3", "{}"));

        migration().overwrite().run();

        assertThat(all(target)).isEqualTo(all(source));
    }

    @Test
    void messagesAreCopiedWhenBothHoldThem() {
        Row message = Row.of(new Key(Family.MESSAGE, "1@lid", "A|0"), 1_760_000_000L, Bytes.utf8("{}"));
        put(source, message);

        MigrationReport report = migration().run();

        assertThat(all(target)).contains(message);
        assertThat(report.copied().get(Family.MESSAGE)).isEqualTo(Map.of("", new Amount(1, 2)));
    }

    @Test
    void whatTheTargetDoesNotHoldIsReportedAsLeftOut() {
        put(source, Row.of(new Key(Family.MESSAGE, "1@lid", "A|0"), 1, Bytes.utf8("{}")));
        Backend authOnly = new ForwardingBackend(target) {
            @Override
            public Traits traits() {
                Set<Family> families = EnumSet.of(Family.CREDENTIALS, Family.KEY, Family.LEASE);
                return new Traits(families, Durability.NONE, Traits.Limits.NONE, true, families);
            }
        };

        assertThat(to(authOnly).run().leftOut())
                .containsExactly(new LeftOut(Family.MESSAGE, 1, "the target does not hold such records"));
    }

    @Test
    void aPartThatWasNotAskedForIsReportedAsLeftOut() {
        put(source, Row.of(new Key(Family.MESSAGE, "1@lid", "A|0"), 1, Bytes.utf8("{}")));

        MigrationReport report = migration().only(EnumSet.of(Part.AUTH)).run();

        assertThat(report.leftOut()).containsExactly(new LeftOut(Family.MESSAGE, 1, "was not asked for"));
        assertThat(report.copied()).containsOnlyKeys(Family.KEY, Family.CREDENTIALS);
    }

    @Test
    void smallLimitsOfTheTargetAreKept() {
        Traits.Limits limits = new Traits.Limits(4, 6000, 4000, 2);
        AtomicInteger commits = new AtomicInteger();
        Backend small = new ForwardingBackend(target) {
            @Override
            public Traits traits() {
                Set<Family> families = target.traits().families();
                return new Traits(families, Durability.NONE, limits, true, families);
            }

            @Override
            public void commit(SessionName session, Batch batch) {
                traits().requireWithin(batch);
                commits.incrementAndGet();
                super.commit(session, batch);
            }
        };

        to(small).run();

        assertThat(all(target)).isEqualTo(all(source));
        assertThat(commits).hasValueGreaterThan(200);
    }

    @Test
    void aTargetThatKeepsJsonButNotItsTextIsComparedAsJson() {
        put(source, row("session", "2.0", "{\"b\":1e2,\"a\":[true,null]}"));
        to(new ForwardingBackend(target) {
                    @Override
                    public Traits traits() {
                        return new Traits(
                                target.traits().families(),
                                Durability.NONE,
                                Traits.Limits.NONE,
                                true,
                                EnumSet.of(Family.LEASE, Family.CREDENTIALS));
                    }

                    @Override
                    public Page<Row, Position> scan(SessionName session, Scan scan) {
                        Page<Row, Position> page = super.scan(session, scan);
                        return new Page<>(
                                page.items().stream().map(this::respelled).toList(), page.next());
                    }

                    @Override
                    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                        Map<Key, Row> rows = new HashMap<>(super.get(session, keys));
                        rows.replaceAll((key, row) -> respelled(row));
                        return rows;
                    }

                    private Row respelled(Row row) {
                        return row.key().id().equals("2.0")
                                ? Row.of(row.key(), Bytes.utf8("{\"a\": [true, null], \"b\": 100}"))
                                : row;
                    }
                })
                .run();

        assertThat(lease(target)).isEmpty();
    }

    @Test
    void theListenerHearsEveryRowOfEveryStage() {
        List<String> heard = new ArrayList<>();

        migration()
                .progress((stage, rows, total) -> heard.add(stage + " " + rows + " " + total))
                .run();

        assertThat(heard).contains("CHECKING 605 0", "COPYING 605 605", "COMPARING 605 605");
    }

    @Test
    void aRetiredSourceRefusesToBeOpened() {
        MigrationReport report = migration().retireSource().run();

        assertThat(report.sourceRetired()).isTrue();
        assertThatThrownBy(() -> AuthStore.opening(source, SESSION).takeOver().open())
                .isInstanceOf(InUseException.class)
                .hasMessageContaining(target.locate(SESSION, Key.CREDENTIALS));
        AuthStore.open(target, SESSION).close();
    }

    @Test
    void theSourceIsRetiredBeforeTheTargetCanBeOpened() {
        List<String> order = new ArrayList<>();
        Backend watchedSource = new ForwardingBackend(source) {
            @Override
            public void commit(SessionName session, Batch batch) {
                super.commit(session, batch);
                lease(source)
                        .filter(row -> row.value().utf8().contains("retired"))
                        .ifPresent(row -> order.add("retired"));
            }
        };
        Backend watchedTarget = new ForwardingBackend(target) {
            @Override
            public void commit(SessionName session, Batch batch) {
                super.commit(session, batch);
                boolean closed = lease(target)
                        .filter(row -> row.value().utf8().contains("migrating"))
                        .isPresent();
                order.add(closed ? "closed" : "open");
            }
        };

        Migration.from(watchedSource, SESSION)
                .to(watchedTarget, SESSION)
                .retireSource()
                .run();

        int retired = order.indexOf("retired");
        assertThat(order.get(retired - 1)).isEqualTo("closed");
        assertThat(order.lastIndexOf("closed")).isLessThan(retired);
        assertThat(order.subList(retired, order.size())).contains("open");
    }
}
