package dev.pawl.redis;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.SessionName;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Lists the sessions of a namespace by the names of their keys, which is true whoever wrote them. */
final class Sessions {

    private final Server server;
    private final String namespace;

    Sessions(Server server, String namespace) {
        this.server = server;
        this.namespace = namespace;
    }

    Page<SessionName, String> list(Set<Family> families, Optional<String> after, int limit) {
        NavigableSet<String> found = new TreeSet<>(Key.BYTE_ORDER);
        server.names(Text.literal(namespace) + "[:/]*", keys -> {
            for (String key : keys) {
                Names.of(namespace, key)
                        .filter(name -> name.rows() && families.contains(name.family()))
                        .filter(name -> !name.session().equals(SessionName.PAWL))
                        .ifPresent(name -> found.add(name.session().name()));
            }
        });
        NavigableSet<String> rest =
                after.map(last -> found.tailSet(last, false)).orElse(found);
        List<SessionName> items =
                rest.stream().limit(limit).map(SessionName::of).toList();
        return rest.size() > limit
                ? new Page<>(items, Optional.of(items.get(limit - 1).name()))
                : Page.last(items);
    }

    /** Whether anything of any session is there. */
    boolean isAnyThere() {
        boolean[] any = {false};
        server.names(
                Text.literal(namespace) + "[:/]*",
                keys -> any[0] |=
                        keys.stream().anyMatch(key -> Names.of(namespace, key).isPresent()));
        return any[0];
    }
}
