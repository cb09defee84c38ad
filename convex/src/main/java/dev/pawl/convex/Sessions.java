package dev.pawl.convex;

import dev.pawl.backend.Family;
import dev.pawl.backend.Page;
import dev.pawl.backend.SessionName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The sessions of a namespace: itself, which is the default one, and the namespaces below it. */
final class Sessions {

    private final Table table;
    private final String base;

    Sessions(Table table, String base) {
        this.table = table;
        this.base = base;
    }

    Page<SessionName, String> list(Set<Family> families, Optional<String> after, int limit) {
        Table.Sessions found = table.sessions(base, families, after, limit);
        String own = SessionName.DEFAULT.name();
        // Whoever made a namespace of this name: the session has another.
        TreeSet<String> names = new TreeSet<>(found.names());
        names.remove(own);
        boolean here = after.filter(name -> name.compareTo(own) >= 0).isEmpty()
                && found.next().filter(name -> name.compareTo(own) < 0).isEmpty();
        if (found.own() && here) {
            names.add(own);
        }
        List<String> some = names.stream().limit(limit).toList();
        Optional<String> next = names.size() > some.size() ? Optional.of(some.get(some.size() - 1)) : found.next();
        return new Page<>(some.stream().map(SessionName::of).toList(), next);
    }
}
