package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Backends;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Finding;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.convex.LocalConvex;
import dev.pawl.job.Cancellation;
import dev.pawl.job.JobCounts;
import dev.pawl.job.JobFinding;
import dev.pawl.job.JobStore;
import dev.pawl.job.JobVerification;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.migrate.Migration;
import dev.pawl.migrate.MigrationReport;
import dev.pawl.migrate.MigrationReport.LeftOut;
import dev.pawl.migrate.Part;
import dev.pawl.redis.LocalRedis;
import dev.pawl.tck.Samples;
import dev.pawl.tck.server.PostgresServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An account that real Baileys wrote, with a history where there is a place for one, from every kind of store to every
 * other one.
 */
class MigrationMatrixTest {

    private static final SessionName MAIN = SessionName.DEFAULT;
    private static final SessionName OTHER = SessionName.of("other");

    /** Where sessions live. */
    enum Kind {
        BAILEYS {
            @Override
            Backend openNew(Path place) {
                return open("baileys:" + place);
            }
        },
        ZAILEYS {
            @Override
            Backend openNew(Path place) {
                return open("zaileys:" + place);
            }
        },
        NATIVE {
            @Override
            Backend openNew(Path place) {
                return open("native:" + place);
            }
        },
        SQLITE {
            @Override
            Backend openNew(Path place) {
                return open("sqlite:" + place);
            }
        },
        POSTGRESQL {
            @Override
            Backend openNew(Path place) {
                return open(PostgresServer.shared().newSchema(String.valueOf(place.getFileName())));
            }
        },
        REDIS {
            @Override
            Backend openNew(Path place) {
                return open(redis.url() + "?namespace=" + place.getFileName());
            }
        },
        CONVEX {
            @Override
            Backend openNew(Path place) {
                return open("convex:" + convex.url() + "?namespace=" + place.getFileName() + "&secret="
                        + LocalConvex.SECRET);
            }
        },
        /** Read through the functions of zaileys, which write nothing: a source only. */
        CONVEX_ZAILEYS {
            @Override
            Backend openNew(Path place) {
                return CONVEX.openNew(place);
            }

            @Override
            Backend openSource(Path place, Backend filled) {
                filled.close();
                return Backends.open(
                        Locator.parse("convex:" + convex.url() + "?functions=zaileys&namespace=" + place.getFileName()),
                        Access.READ_ONLY);
            }
        },
        SQLITE_ZAILEYS {
            @Override
            Backend openNew(Path place) {
                return open("sqlite:" + place + "?layout=zaileys");
            }
        },
        POSTGRESQL_ZAILEYS {
            @Override
            Backend openNew(Path place) {
                String schema = PostgresServer.shared().newSchema(String.valueOf(place.getFileName()));
                return open(schema + "&layout=zaileys");
            }
        },
        MEMORY {
            @Override
            Backend openNew(Path place) {
                return new MemoryBackend();
            }
        };

        /** A store at a place where there was nothing. */
        abstract Backend openNew(Path place);

        /** What was filled there, as others copy from it. */
        Backend openSource(Path place, Backend filled) {
            return filled;
        }

        static Backend open(String locator) {
            return Backends.open(Locator.parse(locator), Access.READ_WRITE);
        }
    }

    @TempDir
    private static Path temp = Path.of("");

    private static final Set<Kind> TARGETS = EnumSet.complementOf(EnumSet.of(Kind.CONVEX_ZAILEYS));
    private static final AtomicInteger PLACES = new AtomicInteger();
    private static final Map<Kind, Backend> SOURCES = new EnumMap<>(Kind.class);
    private static LocalRedis redis;
    private static LocalConvex convex;

    @BeforeAll
    static void fill() throws IOException {
        redis = LocalRedis.start();
        convex = LocalConvex.withBoth();
        Path original = Samples.copyTo(temp, "lid");
        try (Backend account = Kind.open("baileys:" + original)) {
            for (Kind kind : Kind.values()) {
                Path place = place(kind);
                Backend source = kind.openNew(place);
                SOURCES.put(kind, source);
                Migration.from(account, MAIN).to(source, MAIN).run();
                history(source);
                if (source.traits().manySessions()) {
                    source.commit(OTHER, Batch.of(Row.of(Key.CREDENTIALS, Bytes.utf8("{\"registrationId\":1}"))));
                }
                SOURCES.put(kind, kind.openSource(place, source));
            }
        }
    }

    @AfterAll
    static void close() {
        SOURCES.values().forEach(Backend::close);
        SOURCES.clear();
        if (redis != null) {
            redis.close();
        }
        if (convex != null) {
            convex.close();
        }
    }

    private static Path place(Kind kind) {
        return temp.resolve(kind.name().toLowerCase(Locale.ROOT) + PLACES.incrementAndGet());
    }

    private static void history(Backend backend) {
        backend.commit(
                MAIN,
                Batch.of(SampleHistory.rows().stream().filter(holds(backend)).toArray(Row[]::new)));
    }

    private static Predicate<Row> holds(Backend backend) {
        return row -> backend.traits().families().contains(row.key().family());
    }

    /** Every row of a session but leases. */
    private static List<Row> rows(Backend backend, SessionName session) {
        List<Row> rows = new ArrayList<>();
        for (Family family : EnumSet.complementOf(EnumSet.of(Family.LEASE))) {
            if (backend.traits().families().contains(family)) {
                Scan scan = Scan.of(family);
                Page.stream((Optional<Position> after) ->
                                backend.scan(session, after.map(scan::after).orElse(scan)))
                        .forEach(rows::add);
            }
        }
        return rows;
    }

    private static List<SessionName> sessions(Backend backend) {
        return backend.sessions(EnumSet.of(Family.CREDENTIALS, Family.KEY), Optional.empty(), 10)
                .items();
    }

    /** What a value means, without how it is written. */
    private static String meaning(JsonValue value) {
        if (value instanceof JsonObject object) {
            Map<String, String> members = new TreeMap<>();
            object.forEach((name, member) -> members.put(name, meaning(member)));
            return members.toString();
        }
        if (value instanceof JsonArray array) {
            return array.values().stream()
                    .map(MigrationMatrixTest::meaning)
                    .toList()
                    .toString();
        }
        return value instanceof JsonNumber number
                ? new BigDecimal(number.text()).stripTrailingZeros().toString()
                : value.toText();
    }

    /** A row as a store may give it back: word by word where it keeps texts. */
    private static String kept(Row row, Backend by) {
        boolean verbatim = by.traits().verbatim().contains(row.key().family());
        return row.key() + " at " + row.order() + ": "
                + (verbatim ? row.value().utf8() : meaning(JsonValue.parse(row.value())));
    }

    private static List<String> kept(List<Row> rows, Backend by) {
        return rows.stream().map(row -> kept(row, by)).toList();
    }

    static Stream<Arguments> pairs() {
        return Stream.of(Kind.values())
                .flatMap(from -> TARGETS.stream().filter(to -> to != from).map(to -> Arguments.of(from, to)));
    }

    static Stream<Arguments> pairsWithJobs() {
        Set<Kind> without = EnumSet.of(Kind.BAILEYS, Kind.ZAILEYS);
        return pairs().filter(pair -> Stream.of(pair.get()).noneMatch(without::contains));
    }

    static Stream<Arguments> pairsWithHistory() {
        Set<Kind> without = EnumSet.of(Kind.BAILEYS, Kind.ZAILEYS, Kind.NATIVE);
        return pairs().filter(pair -> Stream.of(pair.get()).noneMatch(without::contains));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("pairs")
    void everythingArrives(Kind from, Kind to) {
        Backend source = Objects.requireNonNull(SOURCES.get(from));
        List<Row> before = rows(source, MAIN);
        assertThat(before).hasSizeGreaterThanOrEqualTo(18);
        Path place = place(to);
        try (Backend target = to.openNew(place)) {
            MigrationReport report =
                    Migration.from(source, MAIN).to(target, MAIN).run();

            List<Row> held = before.stream().filter(holds(target)).toList();
            assertThat(kept(rows(target, MAIN), target)).isEqualTo(kept(held, target));
            assertThat(report.total().rows()).isEqualTo(held.size());
            Set<Family> missing = EnumSet.noneOf(Family.class);
            before.stream()
                    .filter(holds(target).negate())
                    .forEach(row -> missing.add(row.key().family()));
            assertThat(report.leftOut()).extracting(LeftOut::family).containsExactlyInAnyOrderElementsOf(missing);
            assertThat(report.leftOut().stream().mapToLong(LeftOut::rows).sum() + held.size())
                    .isEqualTo(before.size());
            assertThat(rows(source, MAIN)).isEqualTo(before);
            assertThat(sessions(source)).contains(MAIN).hasSize(source.traits().manySessions() ? 2 : 1);
            assertThat(sessions(target)).containsExactly(MAIN);
            assertThat(AuthVerification.run(target, MAIN).stream().filter(Finding::isProblem))
                    .isEmpty();
            try (AuthStore opened = AuthStore.open(target, MAIN)) {
                assertThat(opened.credentials()).isPresent();
            }
        }
        assertThat(Files.exists(place)).isEqualTo(onDisk(to));
    }

    private static boolean onDisk(Kind kind) {
        return !EnumSet.of(Kind.POSTGRESQL, Kind.POSTGRESQL_ZAILEYS, Kind.REDIS, Kind.CONVEX, Kind.MEMORY)
                .contains(kind);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("pairsWithHistory")
    void theHistoryGoesAlone(Kind from, Kind to) {
        Backend source = Objects.requireNonNull(SOURCES.get(from));
        try (Backend target = to.openNew(place(to))) {
            MigrationReport report = Migration.from(source, MAIN)
                    .to(target, MAIN)
                    .only(Set.of(Part.MESSAGES))
                    .run();

            List<Row> history = rows(source, MAIN).stream()
                    .filter(row -> Part.MESSAGES.families().contains(row.key().family()))
                    .filter(holds(target))
                    .toList();
            assertThat(history).hasSizeGreaterThanOrEqualTo(7);
            assertThat(kept(rows(target, MAIN), target)).isEqualTo(kept(history, target));
            assertThat(report.total().rows()).isEqualTo(history.size());
            assertThat(sessions(target)).isEmpty();
        }
    }

    /** Those in the layout of zaileys keep jobs in a table of ours: zaileys itself has none there. */
    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("pairsWithJobs")
    void theJobsGoAloneAndCanBeUsed(Kind from, Kind to) {
        Backend source = Objects.requireNonNull(SOURCES.get(from));
        try (Backend target = to.openNew(place(to))) {
            Migration.from(source, MAIN)
                    .to(target, MAIN)
                    .only(Set.of(Part.JOBS))
                    .run();

            List<Row> jobs = rows(source, MAIN).stream()
                    .filter(row -> row.key().family() == Family.JOB)
                    .toList();
            assertThat(kept(rows(target, MAIN), target)).isEqualTo(kept(jobs, target));
            assertThat(jobs).hasSize(8);
            assertThat(JobVerification.run(target, MAIN, rows -> {}))
                    .filteredOn(JobFinding::problem)
                    .isEmpty();
            try (JobStore store = JobStore.open(target, MAIN)) {
                assertThat(store.counts()).isEqualTo(new JobCounts(1, 3, 1, 1, 1, 0, 1));
                assertThat(store.cancel("8")).isEqualTo(Cancellation.CANCELLED);
                assertThat(store.broadcast("news").orElseThrow().cancel().cancelled())
                        .isEqualTo(2);
            }
        }
    }
}
