package dev.pawl.redis;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The partitions that other programs may have made without telling our list of them: zaileys has no list of chats with
 * messages, nor of the types of keys.
 *
 * <p>Whoever begins to list all of a family goes through the names of the keys once; the pages that follow use what was
 * found then. <b>Thread-safety.</b> Safe for any number of threads.
 */
final class Foreign {

    /** The types that zaileys clears, whatever else there is. */
    static final List<String> KNOWN_TYPES = List.of(
            "app-state-sync-key",
            "app-state-sync-version",
            "device-list",
            "identity-key",
            "lid-mapping",
            "pre-key",
            "sender-key",
            "sender-key-memory",
            "session",
            "tctoken");

    private static final int MOST_REMEMBERED = 64;

    private final Server server;
    private final ConcurrentMap<String, NavigableSet<String>> found = new ConcurrentHashMap<>();

    Foreign(Server server) {
        this.server = server;
    }

    /**
     * Partitions there may be beside those of our list, in their order.
     *
     * @param first whether a listing begins, which looks anew
     */
    NavigableSet<String> partitions(SessionKeys names, Family family, boolean first) {
        Optional<String> prefix = switch (family) {
            case KEY -> Optional.of(names.signalIndex());
            case MESSAGE ->
                Optional.of(names.prefix() + FamilyKeys.of(Family.MESSAGE).order());
            default -> Optional.empty();
        };
        return prefix.map(of -> partitions(of, family, first)).orElseGet(TreeSet::new);
    }

    private NavigableSet<String> partitions(String prefix, Family family, boolean first) {
        NavigableSet<String> remembered = first ? null : found.get(prefix);
        if (remembered != null) {
            return remembered;
        }
        NavigableSet<String> now = new TreeSet<>(Key.BYTE_ORDER);
        if (family == Family.KEY) {
            now.addAll(KNOWN_TYPES);
        }
        server.names(
                Text.literal(prefix) + "*",
                keys -> keys.stream()
                        .map(key -> key.substring(prefix.length()))
                        .filter(name -> !Names.endsLikeAName(name))
                        .forEach(now::add));
        if (found.size() >= MOST_REMEMBERED) {
            found.clear();
        }
        found.put(prefix, now);
        return now;
    }
}
