package dev.pawl.redis;

import dev.pawl.backend.Family;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.SessionName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at every key of a session: whether it has the right type, never expires, and stands in its index. */
final class IndexCheck {

    private static final int STEP = 250;

    /** So many of one kind are named, the rest are counted. */
    private static final int NAMED = 10;

    private final Server server;
    private final String namespace;
    private final String place;
    private final SessionName session;
    private final SessionKeys names;
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private final List<Inspection.Remark> remarks = new ArrayList<>();

    /** How many rows a partition has, and how many its index. */
    private final Map<String, Long> rowsOf = new HashMap<>();

    private final Map<String, Long> indexOf = new HashMap<>();

    IndexCheck(Server server, String namespace, String place, SessionName session) {
        this.server = server;
        this.namespace = namespace;
        this.place = place;
        this.session = session;
        this.names = SessionKeys.of(namespace, session);
    }

    /** What is wrong or unusual; nothing when all is well. */
    List<Inspection.Remark> run() {
        server.names(Text.literal(names.prefix()) + ":*", keys -> {
            List<String> ours = keys.stream()
                    .filter(key -> Names.of(namespace, key)
                            .filter(name -> name.session().equals(session) && !name.nested())
                            .isPresent())
                    .toList();
            for (int from = 0; from < ours.size(); from += STEP) {
                look(ours.subList(from, Math.min(ours.size(), from + STEP)));
            }
        });
        compare();
        counts.forEach((text, count) -> {
            if (count > NAMED) {
                remarks.add(new Inspection.Remark(false, place, (count - NAMED) + " more: " + text));
            }
        });
        return List.copyOf(remarks);
    }

    private void look(List<String> keys) {
        List<byte[]> all = new ArrayList<>(keys.stream().map(Text::bytes).toList());
        List<byte[]> arguments = new ArrayList<>();
        for (String key : keys) {
            Optional<String> type = signalType(key);
            if (type.isPresent()) {
                all.add(Text.bytes(names.signalIndex() + type.get()));
                arguments.add(Text.bytes(all.size()));
                arguments.add(Text.bytes(
                        key.substring(names.signal().length() + type.get().length() + 1)));
            } else {
                arguments.add(Text.bytes("0"));
                arguments.add(Text.bytes(""));
            }
        }
        arguments.add(Text.bytes("-"));
        List<?> answer = (List<?>) server.read(Script.CHECK, all, arguments);
        for (int i = 0; i < keys.size(); i++) {
            judge(
                    keys.get(i),
                    Text.of(answer.get(4 * i)),
                    (Long) answer.get(4 * i + 1),
                    (Long) answer.get(4 * i + 2) == 1,
                    (Long) answer.get(4 * i + 3));
        }
    }

    private Optional<String> signalType(String key) {
        if (!key.startsWith(names.signal())) {
            return Optional.empty();
        }
        int colon = key.indexOf(':', names.signal().length());
        return colon < 0
                ? Optional.empty()
                : Optional.of(key.substring(names.signal().length(), colon));
    }

    private void judge(String key, String type, long expires, boolean listed, long count) {
        Names.Name name = Names.of(namespace, key).orElseThrow();
        if (type.equals("none")) {
            // It went meanwhile.
            return;
        }
        String expected = expected(key, name);
        if (!type.equals(expected)) {
            if (name.type().isEmpty()) {
                remark(true, key, "it is a " + type + ", which no key of this name is");
            }
            return;
        }
        if (expires >= 0 && name.family() != Family.PRESENCE) {
            remark(true, key, "it expires: the server will throw it away");
        }
        if (!listed) {
            remark(
                    false,
                    key,
                    "its id is not in the set of ids of its type: zaileys would leave it behind when it clears");
        }
        FamilyKeys keys = FamilyKeys.of(name.family());
        String rest = key.substring(names.prefix().length());
        if (name.family() != Family.KEY && name.family() != Family.PRESENCE) {
            if (rest.startsWith(keys.data()) && type.equals("hash")) {
                rowsOf.put(name.family() + " " + rest.substring(keys.data().length()), count);
            } else if (rest.startsWith(keys.order()) && type.equals("zset")) {
                indexOf.put(name.family() + " " + rest.substring(keys.order().length()), count);
            }
        }
    }

    private String expected(String key, Names.Name name) {
        String rest = key.substring(names.prefix().length());
        if (rest.startsWith(":auth:signal-index:") || rest.equals(":chats-archived")) {
            return "set";
        }
        if (rest.startsWith(":auth:") || rest.startsWith(":presence:")) {
            return "string";
        }
        FamilyKeys keys = FamilyKeys.of(name.family());
        boolean sorted = rest.equals(keys.partitions())
                || (keys.partitioned() ? rest.startsWith(keys.order()) : rest.equals(keys.order()));
        return sorted ? "zset" : "hash";
    }

    private void compare() {
        rowsOf.forEach((partition, rows) -> {
            long indexed = indexOf.getOrDefault(partition, 0L);
            if (indexed != rows) {
                remark(
                        false,
                        partition,
                        "the index has " + indexed + " of " + rows + " rows; it is made anew when they are listed");
            }
        });
    }

    private void remark(boolean problem, String key, String text) {
        int count = counts.merge(text, 1, Integer::sum);
        if (count <= NAMED) {
            remarks.add(new Inspection.Remark(problem, place + ": " + SessionKeys.quoted(key), text));
        }
    }
}
