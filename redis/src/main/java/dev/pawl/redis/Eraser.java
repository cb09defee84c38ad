package dev.pawl.redis;

import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Removes all rows of families of a session: first by the indexes, then whatever else has such a name, in steps that
 * each look at the checks.
 */
final class Eraser {

    /** Keys of one step. */
    private static final int STEP = 500;

    /** Somebody who writes all the time is not waited for, but told of. */
    private static final int MOST_WALKS = 10;

    private final Server server;
    private final String namespace;
    private final String place;
    private final SessionName session;
    private final SessionKeys names;
    private final Set<Family> families;
    private final List<Check> checks;

    Eraser(
            Server server,
            String namespace,
            String place,
            SessionName session,
            Set<Family> families,
            List<Check> checks) {
        this.server = server;
        this.namespace = namespace;
        this.place = place;
        this.session = session;
        this.names = SessionKeys.of(namespace, session);
        this.families = families;
        this.checks = checks;
    }

    void run() {
        // Without the credentials, keys that are left behind start no client.
        step(families.contains(Family.CREDENTIALS) ? List.of(names.credentials()) : List.of(), Instructions::remove);
        if (families.contains(Family.KEY)) {
            eraseKeys();
        }
        eraseWhatIsListed();
        // Until there was nothing left: a walk that a restart of the server interrupted may have missed some.
        for (int walks = 0; walks < MOST_WALKS; walks++) {
            long losses = server.losses();
            if (eraseByName() == 0 && server.losses() == losses) {
                return;
            }
        }
        throw UnavailableException.writeFailed(
                place + ": somebody else goes on writing " + session + ", so not all of it is erased;"
                        + " end that and erase again",
                new IllegalStateException("rows came back " + MOST_WALKS + " times"));
    }

    /** What names alone would not tell from a nested namespace is known from the indexes. */
    private void eraseWhatIsListed() {
        for (Family family : families) {
            if (!FamilyKeys.of(family).partitioned()) {
                continue;
            }
            boolean message = family == Family.MESSAGE;
            for (String partition : listed(names.partitions(family))) {
                String data = names.data(family, partition);
                String order = names.order(family, partition);
                step(
                        List.of(data),
                        (step, key) -> remove(step, key, message || family == Family.PRESENCE ? "hash" : ""));
                step(List.of(order), (step, key) -> remove(step, key, message ? "zset" : ""));
                if (family == Family.KEY) {
                    step(List.of(names.signalIndex() + partition), Instructions::remove);
                }
            }
        }
        if (families.contains(Family.PRESENCE) && server.isOfType(names.presenceDigests(), "hash")) {
            inSteps(
                    server.fields(names.presenceDigests()).stream()
                            .map(names::presence)
                            .toList(),
                    (step, key) -> step.removeIf(key, "string"));
        }
    }

    private static void remove(Instructions step, String key, String type) {
        if (type.isEmpty()) {
            step.remove(key);
        } else {
            step.removeIf(key, type);
        }
    }

    private void eraseKeys() {
        Set<String> types = new TreeSet<>(Foreign.KNOWN_TYPES);
        types.addAll(listed(names.partitions(Family.KEY)));
        for (String type : types) {
            String index = names.signalIndex() + type;
            if (server.isOfType(index, "set")) {
                server.members(
                        index,
                        ids -> inSteps(
                                ids.stream()
                                        .map(id -> names.signal() + type + ":" + id)
                                        .toList(),
                                Instructions::remove));
            }
        }
    }

    private List<String> listed(String sortedSet) {
        return server.isOfType(sortedSet, "zset") ? server.sorted(sortedSet) : List.of();
    }

    /** What the indexes did not know of goes too, and they themselves. */
    private int eraseByName() {
        int[] removed = {0};
        server.names(Text.literal(names.prefix()) + ":*", keys -> {
            List<String> plain = new ArrayList<>();
            List<String> careful = new ArrayList<>();
            for (String key : keys) {
                Optional<Names.Name> name = Names.of(namespace, key)
                        .filter(of -> of.session().equals(session) && families.contains(of.family()) && !of.nested());
                name.ifPresent(of -> (of.type().isPresent() ? careful : plain).add(key));
            }
            inSteps(plain, Instructions::remove);
            careful.removeIf(key -> !server.isOfType(key, type(key)));
            inSteps(careful, (instructions, key) -> instructions.removeIf(key, type(key)));
            removed[0] += plain.size() + careful.size();
        });
        return removed[0];
    }

    private String type(String key) {
        return Names.of(namespace, key).flatMap(Names.Name::type).orElseThrow();
    }

    private void inSteps(List<String> keys, BiConsumer<Instructions, String> removal) {
        for (int from = 0; from < keys.size(); from += STEP) {
            step(keys.subList(from, Math.min(keys.size(), from + STEP)), removal);
        }
    }

    private void step(List<String> keys, BiConsumer<Instructions, String> removal) {
        Instructions instructions = new Instructions(names);
        instructions.checks(checks);
        keys.forEach(key -> removal.accept(instructions, key));
        instructions.apply(server, place);
    }
}
