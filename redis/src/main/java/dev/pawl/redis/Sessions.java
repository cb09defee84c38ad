package dev.pawl.redis;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lists the sessions of a namespace.
 *
 * <p>There is an index of the sessions that were written here. What zaileys wrote is not in it: the names of all keys of
 * the server are walked through once, and then the index is marked as {@linkplain #WALKED complete}. After that a walk is
 * made only for who asks for it.
 *
 * <p><b>Thread-safety.</b> Safe for any number of threads.
 */
final class Sessions {

    /** Stands in the index once it was completed by a walk; no session is called so. */
    private static final String WALKED = "*";

    private static final int STEP = 250;

    private final Server server;
    private final String namespace;
    private final boolean readOnly;
    private final boolean always;
    private final String index;

    /** What the last walk found, for the pages that follow. */
    private volatile NavigableMap<String, Set<Family>> walked = new TreeMap<>(Key.BYTE_ORDER);

    /**
     * In a namespace.
     *
     * @param always whether each listing begins with a walk
     */
    Sessions(Server server, String namespace, boolean readOnly, boolean always) {
        this.server = server;
        this.namespace = namespace;
        this.readOnly = readOnly;
        this.always = always;
        this.index = SessionKeys.of(namespace, SessionName.DEFAULT).sessions();
    }

    Page<SessionName, String> list(Set<Family> families, Optional<String> after, int limit) {
        if (always || !server.hasMember(index, WALKED)) {
            if (after.isEmpty() || walked.isEmpty()) {
                walk();
            }
            return page(ofWalk(families), after, limit);
        }
        NavigableSet<String> found = new TreeSet<>(Key.BYTE_ORDER);
        Optional<String> last = after;
        while (found.size() <= limit) {
            List<String> listed = server.sortedAfter(index, last, STEP);
            NavigableSet<String> names = new TreeSet<>(Key.BYTE_ORDER);
            names.addAll(listed);
            names.removeIf(name -> !isSession(name));
            String end = listed.size() < STEP ? "" : listed.get(listed.size() - 1);
            // zaileys has no other where nobody named one.
            addDefault(names, last, end);
            found.addAll(there(List.copyOf(names), families));
            if (end.isEmpty()) {
                break;
            }
            last = Optional.of(end);
        }
        return page(found, Optional.empty(), limit);
    }

    private static void addDefault(NavigableSet<String> names, Optional<String> after, String end) {
        String name = SessionName.DEFAULT.name();
        boolean begun = after.isEmpty() || Key.BYTE_ORDER.compare(name, after.get()) > 0;
        if (begun && (end.isEmpty() || Key.BYTE_ORDER.compare(name, end) <= 0)) {
            names.add(name);
        }
    }

    /** Others may write what they like. */
    private static boolean isSession(String name) {
        try {
            return !SessionName.of(name).equals(SessionName.PAWL);
        } catch (IllegalArgumentException nobody) {
            return false;
        }
    }

    /** Those of some that hold rows of these families; who holds nothing at all goes out of the index. */
    private List<String> there(List<String> names, Set<Family> families) {
        List<byte[]> arguments = Text.list(readOnly ? "0" : "1", Integer.toString(Family.values().length));
        for (Family family : Family.values()) {
            FamilyKeys keys = FamilyKeys.of(family);
            arguments.addAll(Text.list(
                    families.contains(family) ? "1" : "0",
                    family == Family.KEY ? "k" : keys.partitioned() ? "p" : "s",
                    family == Family.CREDENTIALS ? ":auth:creds" : keys.data(),
                    keys.partitions()));
        }
        arguments.addAll(Text.list(Integer.toString(Foreign.KNOWN_TYPES.size())));
        Foreign.KNOWN_TYPES.forEach(type -> arguments.add(Text.bytes(type)));
        for (String name : names) {
            arguments.add(Text.bytes(name));
            arguments.add(
                    Text.bytes(SessionKeys.of(namespace, SessionName.of(name)).prefix()));
        }
        List<?> answers = (List<?>) server.read(Script.SESSIONS, Text.list(index), arguments);
        List<String> there = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if ((Long) answers.get(i) == 1) {
                there.add(names.get(i));
            }
        }
        return there;
    }

    private void walk() {
        NavigableMap<String, Set<Family>> found = new TreeMap<>(Key.BYTE_ORDER);
        server.names(
                Text.literal(namespace) + "[:/]*",
                keys -> keys.forEach(key -> Names.of(namespace, key)
                        .filter(name -> name.rows() && !name.nested())
                        .filter(name -> !name.session().equals(SessionName.PAWL))
                        .ifPresent(name -> note(
                                key,
                                name,
                                found.computeIfAbsent(name.session().name(), of -> EnumSet.noneOf(Family.class))))));
        walked = found;
        if (readOnly || found.isEmpty()) {
            return;
        }
        List<byte[]> noted = new ArrayList<>();
        found.keySet().forEach(name -> noted.add(Text.bytes(name)));
        noted.add(Text.bytes(WALKED));
        try {
            server.read(Script.NOTE, Text.list(index), noted);
        } catch (UnavailableException cannotWrite) {
            // A replica, or no memory: the next one walks again.
        }
    }

    private void note(String key, Names.Name name, Set<Family> families) {
        if (!families.contains(name.family())
                && name.type().map(type -> server.isOfType(key, type)).orElse(true)) {
            families.add(name.family());
        }
    }

    private NavigableSet<String> ofWalk(Set<Family> families) {
        NavigableSet<String> names = new TreeSet<>(Key.BYTE_ORDER);
        for (Map.Entry<String, Set<Family>> session : walked.entrySet()) {
            if (session.getValue().stream().anyMatch(families::contains)) {
                names.add(session.getKey());
            }
        }
        return names;
    }

    private static Page<SessionName, String> page(NavigableSet<String> found, Optional<String> after, int limit) {
        NavigableSet<String> rest =
                after.map(last -> found.tailSet(last, false)).orElse(found);
        List<SessionName> items =
                rest.stream().limit(limit).map(SessionName::of).toList();
        return rest.size() > limit
                ? new Page<>(items, Optional.of(items.get(limit - 1).name()))
                : Page.last(items);
    }

    /** Whether anything of any session is there: only where nothing is, this takes a walk to its end. */
    boolean isAnyThere() {
        Optional<String> last = Optional.empty();
        List<String> listed;
        do {
            listed = server.sortedAfter(index, last, STEP);
            NavigableSet<String> names = new TreeSet<>(listed);
            names.removeIf(name -> !isSession(name));
            names.add(SessionName.DEFAULT.name());
            if (!there(List.copyOf(names), EnumSet.allOf(Family.class)).isEmpty()) {
                return true;
            }
            last = listed.isEmpty() ? last : Optional.of(listed.get(listed.size() - 1));
        } while (listed.size() == STEP);
        boolean[] any = {false};
        server.search(Text.literal(namespace) + "[:/]*", keys -> {
            any[0] = keys.stream()
                    .anyMatch(key -> Names.of(namespace, key)
                            .filter(name -> !name.nested())
                            .isPresent());
            return !any[0];
        });
        return any[0];
    }

    /** Takes a session out of the index when nothing of it is left. */
    void forgetIfGone(SessionName session) {
        if (!session.equals(SessionName.PAWL)) {
            there(List.of(session.name()), EnumSet.allOf(Family.class));
        }
    }
}
