package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnsupportedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Backends that mix up sessions, erase too little or too much, or take what they should refuse: W11, W12, W13. */
final class BrokenSessions {

    private static final Set<Family> RECORDS = EnumSet.complementOf(EnumSet.of(Family.LEASE, Family.EXPIRY));

    private BrokenSessions() {}

    static List<Breakage> all() {
        return Stream.of(sessions(), erasing(), limits()).flatMap(List::stream).toList();
    }

    private static List<Breakage> sessions() {
        return List.of(
                Breakage.of("W11", "session names are folded to lower case", FoldsSessions::new),
                listing("Pawl's own session is listed", (b, families) -> {
                    List<SessionName> names = names(b, families);
                    if (!b.scan(SessionName.PAWL, Scan.of(Family.LEASE)).items().isEmpty()
                            && families.contains(Family.LEASE)) {
                        names.add(SessionName.PAWL);
                    }
                    return names;
                }),
                listing("sessions are listed backwards", (b, families) -> OrderRules.reversed(names(b, families))),
                listing(
                        "sessions are listed whatever they hold",
                        (b, families) -> names(b, EnumSet.allOf(Family.class)),
                        "W12"),
                Breakage.of("W11", "pages of sessions have no next one", b -> new ForwardingBackend(b) {
                    @Override
                    public Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
                        return Page.last(super.sessions(families, after, limit).items());
                    }
                }),
                Breakage.of("W11", "Pawl's own session is refused", b -> new ForwardingBackend(b) {
                    @Override
                    public void commit(SessionName session, Batch batch) {
                        if (session.equals(SessionName.PAWL)) {
                            throw new UnsupportedException("no such session");
                        }
                        super.commit(session, batch);
                    }
                }),
                Breakage.of("W11", "one session is promised and others are taken", b -> new ForwardingBackend(b) {
                    @Override
                    public Traits traits() {
                        Traits traits = super.traits();
                        return new Traits(
                                traits.families(), traits.durability(), traits.limits(), false, traits.verbatim());
                    }
                }));
    }

    private static List<Breakage> erasing() {
        return List.of(
                erasing(
                        "only key types that are known are erased",
                        (b, session, families, checks) -> {
                            b.commit(session, new Batch(checks, List.of(), List.of()));
                            for (Family family : families) {
                                for (String partition :
                                        List.of("", "session", "pre-key", "lid", "628@s.whatsapp.net")) {
                                    remove(b, session, Scan.of(family).in(partition));
                                }
                            }
                        },
                        "W17"),
                erasing("leases are erased too when asked for", (b, session, families, checks) -> {
                    Set<Family> others = EnumSet.copyOf(families);
                    boolean leases = others.remove(Family.LEASE);
                    b.erase(session, others, checks);
                    if (leases) {
                        remove(b, session, Scan.of(Family.LEASE));
                    }
                }),
                erasing(
                        "checks of erase are ignored",
                        (b, session, families, checks) -> b.erase(session, families, List.of())),
                erasing(
                        "everything is erased whatever was asked for",
                        (b, session, families, checks) ->
                                b.erase(session, families.contains(Family.LEASE) ? families : RECORDS, checks)),
                erasing("all sessions are erased", (b, session, families, checks) -> {
                    b.erase(session, families, checks);
                    names(b, families).forEach(name -> b.erase(name, families, List.of()));
                }),
                erasing(
                        "erase ends after 100 rows",
                        (b, session, families, checks) -> {
                            b.erase(session, families.contains(Family.LEASE) ? families : Set.of(), checks);
                            for (Family family : families) {
                                List<Row> rows = b.scan(session, Scan.of(family).withoutValues())
                                        .items();
                                b.commit(
                                        session,
                                        new Batch(
                                                List.of(),
                                                List.of(),
                                                rows.stream().map(Row::key).toList()));
                            }
                        },
                        "W17"),
                erasing(
                        "erase does nothing when nothing is checked",
                        (b, session, families, checks) -> {
                            if (!checks.isEmpty() || families.contains(Family.LEASE)) {
                                b.erase(session, families, checks);
                            } else {
                                b.commit(session, Batch.EMPTY.with(Check.absent(Key.of(Family.LEASE, "none"))));
                            }
                        },
                        "W17"));
    }

    private static List<Breakage> limits() {
        Traits.Limits limits = MemoryStorage.TRAITS.limits();
        return List.of(
                enforcing(
                        "any number of rows is taken",
                        MemoryStorage.TRAITS.families(),
                        new Traits.Limits(10_000, limits.bytes(), limits.valueBytes(), limits.reads())),
                enforcing(
                        "any number of bytes is taken",
                        MemoryStorage.TRAITS.families(),
                        new Traits.Limits(limits.rows(), 1L << 40, limits.valueBytes(), limits.reads())),
                enforcing(
                        "values of any size are taken",
                        MemoryStorage.TRAITS.families(),
                        new Traits.Limits(limits.rows(), limits.bytes(), 1L << 40, limits.reads()),
                        "W02"),
                enforcing("families that are not held are taken", EnumSet.allOf(Family.class), limits),
                Breakage.of(
                        "W13",
                        "rows of families that are not held are left out of a batch",
                        b -> new ForwardingBackend(b) {
                            @Override
                            public void commit(SessionName session, Batch batch) {
                                super.commit(
                                        session,
                                        new Batch(
                                                batch.checks().stream()
                                                        .filter(c -> traits().families()
                                                                .contains(
                                                                        c.key().family()))
                                                        .toList(),
                                                batch.puts().stream()
                                                        .filter(r -> traits().families()
                                                                .contains(
                                                                        r.key().family()))
                                                        .toList(),
                                                batch.deletes().stream()
                                                        .filter(k -> traits().families()
                                                                .contains(k.family()))
                                                        .toList()));
                            }
                        }),
                Breakage.of(
                        "W13",
                        "a batch over a limit is refused after its first row was written",
                        b -> new ForwardingBackend(b) {
                            @Override
                            public void commit(SessionName session, Batch batch) {
                                try {
                                    traits().requireWithin(batch);
                                } catch (UnsupportedException refused) {
                                    super.commit(
                                            session,
                                            new Batch(List.of(), batch.puts().subList(0, 1), List.of()));
                                    throw refused;
                                }
                                super.commit(session, batch);
                            }
                        },
                        "W02"),
                Breakage.of("W13", "get reads the first 100 keys only", b -> new ForwardingBackend(b) {
                    @Override
                    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                        return super.get(session, keys.stream().limit(100).toList());
                    }
                }));
    }

    private interface Erasing {
        void erase(Backend backend, SessionName session, Set<Family> families, List<Check> checks);
    }

    private interface SessionListing {
        List<SessionName> names(Backend backend, Set<Family> families);
    }

    private static Breakage erasing(String what, Erasing erasing, String... mayAlsoBreak) {
        return Breakage.of(
                "W12",
                what,
                b -> new ForwardingBackend(b) {
                    @Override
                    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
                        erasing.erase(delegate(), session, families, checks);
                    }
                },
                mayAlsoBreak);
    }

    private static Breakage listing(String what, SessionListing listing, String... mayAlsoBreak) {
        return Breakage.of(
                "W11",
                what,
                b -> new ForwardingBackend(b) {
                    @Override
                    public Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
                        List<SessionName> names = listing.names(delegate(), families);
                        int from = after.map(last -> names.indexOf(names.stream()
                                                .filter(n -> n.name().equals(last))
                                                .findFirst()
                                                .orElseThrow())
                                        + 1)
                                .orElse(0);
                        int to = Math.min(names.size(), from + limit);
                        List<SessionName> page = names.subList(from, to);
                        return to < names.size()
                                ? new Page<>(
                                        page,
                                        Optional.of(page.get(page.size() - 1).name()))
                                : Page.last(page);
                    }
                },
                mayAlsoBreak);
    }

    private static Breakage enforcing(String what, Set<Family> families, Traits.Limits limits, String... mayAlsoBreak) {
        Traits traits = MemoryStorage.TRAITS;
        Traits enforced = new Traits(families, traits.durability(), limits, true, traits.verbatim());
        return new Breakage("W13", what, (storage, access) -> storage.open(access, enforced), Set.of(mayAlsoBreak));
    }

    private static List<SessionName> names(Backend backend, Set<Family> families) {
        return new ArrayList<>(
                backend.sessions(families, Optional.empty(), 1_000).items());
    }

    private static void remove(Backend backend, SessionName session, Scan scan) {
        List<Key> keys = backend.scan(session, scan.withoutValues().limit(500)).items().stream()
                .map(Row::key)
                .toList();
        backend.commit(session, new Batch(List.of(), List.of(), keys));
    }

    private static final class FoldsSessions extends ForwardingBackend {
        FoldsSessions(Backend delegate) {
            super(delegate);
        }

        private static SessionName folded(SessionName session) {
            return session.equals(SessionName.PAWL)
                    ? session
                    : SessionName.of(session.name().toLowerCase(Locale.ROOT));
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            return super.get(folded(session), keys);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            return super.scan(folded(session), scan);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(folded(session), batch);
        }
    }
}
