package dev.pawl.redis;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What {@code commit.lua} is told to do in one session: first checks, then changes. Each instruction is a letter, the
 * number of a key, and what else it takes.
 */
final class Instructions {

    private final SessionKeys names;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> keys = new ArrayList<>();
    private final List<Optional<Key>> rows = new ArrayList<>();
    private final StringBuilder types = new StringBuilder();
    private final List<byte[]> arguments = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private final Set<String> letters = new LinkedHashSet<>();

    /** Then it is done without any memory too. */
    private boolean onlyDeletes = true;

    /** In the session with these keys. */
    Instructions(SessionKeys names) {
        this.names = names;
    }

    /** All of a batch. */
    static Instructions of(SessionKeys names, Batch batch) {
        Instructions instructions = new Instructions(names);
        batch.checks().forEach(instructions::check);
        batch.puts().forEach(instructions::put);
        if (!batch.puts().isEmpty() && !names.session().equals(SessionName.PAWL)) {
            instructions.instruct(
                    "z",
                    instructions.number(names.sessions(), 'z'),
                    "0",
                    names.session().name());
        }
        Set<Key> partitions = new LinkedHashSet<>();
        for (Key key : batch.deletes()) {
            instructions.delete(key);
            partitions.add(new Key(key.family(), key.partition(), ""));
        }
        partitions.forEach(instructions::forgetPartitionIfEmpty);
        return instructions;
    }

    /**
     * Everything holds only while this does. Checks come before changes.
     *
     * @throws UnsupportedException when such a row has no place here: whoever expects it, or none, means another one
     */
    void check(Check check) {
        checks.add(check);
        Key key = check.key();
        FamilyKeys family = FamilyKeys.of(key.family());
        family.requirePlace(key);
        boolean string = family.isString(key.partition());
        boolean present = check.expected().isPresent();
        if (string) {
            instruct(present ? "c" : "C", rowKey(key));
        } else {
            instruct(present ? "d" : "D", dataKey(key));
            arguments.add(Text.bytes(key.id()));
        }
        check.expected().ifPresent(value -> arguments.add(value.toArray()));
    }

    private void put(Row row) {
        onlyDeletes = false;
        Key key = row.key();
        Family family = key.family();
        FamilyKeys layout = FamilyKeys.of(family);
        if (layout.isString(key.partition())) {
            instruct("s", rowKey(key));
            arguments.add(row.value().toArray());
            if (family == Family.KEY) {
                instruct("a", number(names.signalIndex() + key.partition(), 't'), key.id());
            }
        } else {
            instruct("h", dataKey(key), key.id());
            arguments.add(row.value().toArray());
        }
        if (family != Family.CREDENTIALS) {
            instruct("z", orderKey(key), Long.toString(row.order()), key.id());
        }
        if (layout.partitioned()) {
            instruct("z", number(names.partitions(family), 'z'), "0", key.partition());
        }
        if (family == Family.CHAT) {
            instruct(row.facets().archived() ? "a" : "A", number(names.archived(), 't'), key.id());
            instruct(
                    "h",
                    number(names.chatDigests(), 'h'),
                    key.id(),
                    Script.sha1(row.value().toArray()));
        }
        if (family == Family.PRESENCE) {
            instruct("x", number(names.presence(key.id()), 's'));
            arguments.add(row.value().toArray());
            arguments.add(Text.bytes(FamilyKeys.PRESENCE_SECONDS));
            int digests = number(names.presenceDigests(), 'h');
            instruct("h", digests, key.id(), Script.sha1(row.value().toArray()));
            instruct("e", digests, FamilyKeys.PRESENCE_SECONDS);
            instruct("e", dataKey(key), FamilyKeys.PRESENCE_SECONDS);
            instruct("e", orderKey(key), FamilyKeys.PRESENCE_SECONDS);
            instruct("e", number(names.partitions(family), 'z'), FamilyKeys.PRESENCE_SECONDS);
        }
    }

    private void delete(Key key) {
        Family family = key.family();
        FamilyKeys layout = FamilyKeys.of(family);
        if (layout.isString(key.partition())) {
            instruct("u", rowKey(key));
            if (family == Family.KEY) {
                instruct("A", number(names.signalIndex() + key.partition(), 't'), key.id());
            }
        } else {
            instruct("H", dataKey(key), key.id());
        }
        if (family != Family.CREDENTIALS) {
            instruct("Z", orderKey(key), key.id());
        }
        if (family == Family.CHAT) {
            instruct("A", number(names.archived(), 't'), key.id());
            instruct("H", number(names.chatDigests(), 'h'), key.id());
        }
        if (family == Family.PRESENCE) {
            instruct("u", number(names.presence(key.id()), 's'));
        }
    }

    private void forgetPartitionIfEmpty(Key any) {
        if (FamilyKeys.of(any.family()).partitioned()) {
            String rowsOf = FamilyKeys.of(any.family()).isString(any.partition())
                    ? names.signalIndex() + any.partition()
                    : names.data(any.family(), any.partition());
            char type = FamilyKeys.of(any.family()).isString(any.partition()) ? 't' : 'h';
            instruct("n", number(rowsOf, type));
            arguments.add(Text.bytes(number(names.partitions(any.family()), 'z')));
            arguments.add(Text.bytes(any.partition()));
        }
    }

    /** A whole key goes, whatever it is. */
    void remove(String key) {
        instruct("U", number(key, '-'));
    }

    /** A whole key goes if it has this type. */
    void removeIf(String key, String type) {
        instruct("V", number(key, '-'), type);
    }

    private int rowKey(Key key) {
        int number = number(names.string(key), 's');
        rows.set(number - 2, Optional.of(key));
        return number;
    }

    private int dataKey(Key key) {
        return number(names.data(key.family(), key.partition()), 'h');
    }

    private int orderKey(Key key) {
        return number(names.order(key.family(), key.partition()), 'z');
    }

    /** The number by which the script knows a key: the first is the lane. */
    private int number(String key, char type) {
        return numbers.computeIfAbsent(key, name -> {
            keys.add(name);
            rows.add(Optional.empty());
            types.append(type);
            return keys.size() + 1;
        });
    }

    private void instruct(String letter, int key, String... more) {
        letters.add(letter);
        arguments.add(Text.bytes(letter));
        arguments.add(Text.bytes(key));
        for (String each : more) {
            arguments.add(Text.bytes(each));
        }
    }

    /**
     * Has it done.
     *
     * @throws ConflictException naming the first check that does not hold; nothing was changed
     * @throws CorruptDataException when a key has a type that it cannot have; nothing was changed
     */
    void apply(Server server, String place) {
        List<byte[]> all = new ArrayList<>(arguments.size() + 1);
        all.add(Text.bytes((onlyDeletes ? "d" : "-") + types + String.join("", letters)));
        all.addAll(arguments);
        List<?> answer = (List<?>)
                server.write(Script.COMMIT, keys.stream().map(Text::bytes).toList(), all);
        switch (Text.of(answer.get(0))) {
            case "ok" -> {}
            case "check" -> {
                Key key = checks.get(((Long) answer.get(1)).intValue() - 1).key();
                throw new ConflictException(key, key + " is not as expected");
            }
            case "type" -> {
                int number = ((Long) answer.get(1)).intValue() - 2;
                throw wrongType(rows.get(number), place, keys.get(number), Text.of(answer.get(2)));
            }
            case "denied" ->
                throw UnavailableException.writeFailed(
                        "this user of the Redis server may not use " + Text.of(answer.get(1))
                                + " on the keys of a session",
                        new JedisDataException("denied"));
            default -> throw new IllegalStateException("a batch overtook another in its lane");
        }
    }

    private static CorruptDataException wrongType(Optional<Key> row, String place, String key, String found) {
        String where = place + ": " + SessionKeys.quoted(key);
        String problem = "it is a " + found + ", which no key of this name is";
        return row.map(of -> new CorruptDataException(of, where, problem))
                .orElseGet(() -> new CorruptDataException(where, problem));
    }
}
