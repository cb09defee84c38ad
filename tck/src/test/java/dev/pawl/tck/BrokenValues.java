package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Backends that change values, confuse names, tell secrets or get lost: W04, W05, W18, W19. */
final class BrokenValues {

    private BrokenValues() {}

    static List<Breakage> all() {
        return List.of(
                changing("values are parsed and written again", BrokenValues::rewritten),
                changing(
                        "spaces around a value are cut off",
                        text -> Bytes.utf8(text.utf8().strip())),
                changing("values end after 64 KB", BrokenValues::cut, "W13"),
                changing(
                        "values are written in ASCII",
                        text -> Bytes.wrap(text.utf8().getBytes(StandardCharsets.US_ASCII))),
                changing(
                        "escaped NULs are left out",
                        text -> Bytes.utf8(text.utf8().replace("\\u0000", ""))),
                changing(
                        "lone halves of surrogate pairs become question marks",
                        text -> Bytes.utf8(text.utf8().replace("\\ud800", "?"))),
                renaming(
                        "upper and lower case are one",
                        key -> id(key, key.id().toLowerCase(Locale.ROOT)),
                        "W06",
                        "W12"),
                renaming("a colon in an id is a hyphen", key -> id(key, key.id().replace(':', '-')), "W12"),
                renaming(
                        "a slash in an id is two underscores",
                        key -> id(key, key.id().replace("/", "__")),
                        "W12"),
                renaming("ids are cut after 255 characters", key -> id(key, first(key.id(), 255)), "W12"),
                renaming("an id ends at its first NUL", key -> id(key, before(key.id(), '\0')), "W12"),
                renaming(
                        "a partition ends at its first NUL",
                        key -> new Key(key.family(), before(key.partition(), '\0'), key.id()),
                        "W12"),
                renaming(
                        "ids are brought into one Unicode form",
                        key -> id(key, Normalizer.normalize(key.id(), Normalizer.Form.NFC)),
                        "W12"),
                renaming(
                        "spaces around an id are cut off",
                        key -> id(key, key.id().strip()),
                        "W12"),
                renaming("an empty id is read as a dot", key -> id(key, key.id().isEmpty() ? "." : key.id()), "W12"),
                renaming("the line between partition and id is lost", BrokenValues::joined, "W12"),
                Breakage.of("W05", "a key that cannot be held is dropped without a word", DropsRefused::new, "W12"),
                Breakage.of(
                        "W05",
                        "a key that cannot be held is refused with a wrong exception",
                        WronglyRefused::new,
                        "W02",
                        "W12",
                        "W18",
                        "W19"),
                Breakage.of("W18", "a conflict shows what was to be written", TalkativeConflict::new),
                Breakage.of("W18", "a refused row is shown", TalkativeRefusal::new),
                Breakage.of("W18", "the cause of a failure shows a value", TalkativeCause::new),
                Breakage.of("W18", "toString shows the rows", Talkative::new),
                locating("all sessions are at one place", (b, session, key) -> b.locate(SessionName.DEFAULT, key)),
                locating(
                        "partitions are not told apart",
                        (b, session, key) -> b.locate(session, new Key(key.family(), "", key.id())),
                        "W17"),
                locating(
                        "a place has another name every time",
                        (b, session, key) -> b.locate(session, key) + UUID.randomUUID(),
                        "W17"),
                locating("all stores are at one place", (b, session, key) -> session + " " + key, "W17"));
    }

    private interface Locating {
        String locate(Backend backend, SessionName session, Key key);
    }

    private static Breakage locating(String what, Locating locating, String... mayAlsoBreak) {
        return Breakage.of(
                "W19",
                what,
                backend -> new ForwardingBackend(backend) {
                    @Override
                    public String locate(SessionName session, Key key) {
                        return locating.locate(delegate(), session, key);
                    }
                },
                mayAlsoBreak);
    }

    private static Breakage changing(String what, UnaryOperator<Bytes> change, String... mayAlsoBreak) {
        return Breakage.of(
                "W04",
                what,
                backend -> new ForwardingBackend(backend) {
                    @Override
                    public void commit(SessionName session, Batch batch) {
                        traits().requireWithin(batch);
                        super.commit(
                                session,
                                new Batch(
                                        batch.checks(),
                                        batch.puts().stream()
                                                .map(row -> new Row(
                                                        row.key(),
                                                        row.order(),
                                                        change.apply(row.value()),
                                                        row.facets()))
                                                .toList(),
                                        batch.deletes()));
                    }
                },
                mayAlsoBreak);
    }

    private static Breakage renaming(String what, UnaryOperator<Key> name, String... mayAlsoBreak) {
        return Breakage.of(
                "W05",
                what,
                backend -> new Renaming(backend, key -> key.family() == Family.KEY ? name.apply(key) : key),
                mayAlsoBreak);
    }

    private static Bytes rewritten(Bytes text) {
        try {
            return JsonValue.parse(text).toBytes();
        } catch (JsonException notJson) {
            return text;
        }
    }

    private static Bytes cut(Bytes text) {
        return text.size() <= 65_536 ? text : Bytes.wrap(Arrays.copyOf(text.toArray(), 65_536));
    }

    private static Key id(Key key, String id) {
        return new Key(key.family(), key.partition(), id);
    }

    private static String first(String text, int characters) {
        return text.substring(0, Math.min(characters, text.length()));
    }

    private static String before(String text, char end) {
        return text.indexOf(end) < 0 ? text : text.substring(0, text.indexOf(end));
    }

    private static Key joined(Key key) {
        String name = key.partition() + "-" + key.id();
        String type = "sender-key-memory-";
        return name.startsWith(type) ? new Key(key.family(), "sender-key-memory", name.substring(type.length())) : key;
    }

    /** Stores each row under another name; who asks by the right name gets it by that. */
    private static final class Renaming extends ForwardingBackend {
        private final UnaryOperator<Key> name;

        Renaming(Backend delegate, UnaryOperator<Key> name) {
            super(delegate);
            this.name = name;
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            Map<Key, Row> stored = super.get(session, keys.stream().map(name).toList());
            Map<Key, Row> found = new HashMap<>();
            for (Key key : keys) {
                Row row = stored.get(name.apply(key));
                if (row != null) {
                    found.put(key, new Row(key, row.order(), row.value(), row.facets()));
                }
            }
            return found;
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            Map<Key, Row> puts = new LinkedHashMap<>();
            batch.puts()
                    .forEach(row -> puts.put(
                            name.apply(row.key()),
                            new Row(name.apply(row.key()), row.order(), row.value(), row.facets())));
            super.commit(
                    session,
                    new Batch(
                            batch.checks().stream()
                                    .map(check -> new Check(name.apply(check.key()), check.expected()))
                                    .toList(),
                            List.copyOf(puts.values()),
                            batch.deletes().stream().map(name).toList()));
        }
    }

    private static boolean hasNul(Row row) {
        return (row.key().partition() + row.key().id()).indexOf('\0') >= 0;
    }

    private static final class DropsRefused extends ForwardingBackend {
        DropsRefused(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(
                    session,
                    new Batch(
                            batch.checks(),
                            batch.puts().stream().filter(row -> !hasNul(row)).toList(),
                            batch.deletes()));
        }
    }

    private static final class WronglyRefused extends ForwardingBackend {
        WronglyRefused(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            if (batch.puts().stream().anyMatch(BrokenValues::hasNul)) {
                throw new IllegalArgumentException("no NUL in a key");
            }
            super.commit(session, batch);
        }
    }

    private static String values(Batch batch) {
        StringBuilder text = new StringBuilder();
        batch.puts().forEach(row -> text.append(row.value().utf8()));
        batch.checks().forEach(check -> check.expected().ifPresent(value -> text.append(value.utf8())));
        return text.toString();
    }

    private static final class TalkativeConflict extends ForwardingBackend {
        TalkativeConflict(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            try {
                super.commit(session, batch);
            } catch (ConflictException conflict) {
                throw new ConflictException(conflict.key().orElseThrow(), "not as expected: " + values(batch));
            }
        }
    }

    private static final class TalkativeRefusal extends ForwardingBackend {
        TalkativeRefusal(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            try {
                super.commit(session, batch);
            } catch (UnsupportedException refused) {
                throw new UnsupportedException(refused.getMessage() + ": " + values(batch));
            }
        }
    }

    private static final class TalkativeCause extends ForwardingBackend {
        TalkativeCause(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            try {
                super.commit(session, batch);
            } catch (UnsupportedException refused) {
                throw new UnsupportedException(String.valueOf(refused.getMessage()), new IOException(values(batch)));
            }
        }
    }

    private static final class Talkative extends ForwardingBackend {
        Talkative(Backend delegate) {
            super(delegate);
        }

        @Override
        public String toString() {
            Page<Row, Position> page = scan(SessionName.DEFAULT, Scan.of(Family.KEY));
            return page.items().stream().map(row -> row.value().utf8()).toList().toString();
        }
    }
}
