package dev.pawl.redis;

import dev.pawl.backend.Family;
import dev.pawl.backend.SessionName;
import java.util.Optional;

/** What the name of a key says: whose it is, and what of it. */
final class Names {

    private Names() {}

    /**
     * A key of a session.
     *
     * @param session whose it is
     * @param family what it is about
     * @param rows whether rows are in it, and not only what goes with them
     * @param type what it must be to be ours, where a neighbour's name may look like ours
     * @param nested whether it may as well belong to a namespace that is called like the beginning of this name: then it is
     *     ours only when an index of ours says so
     */
    record Name(SessionName session, Family family, boolean rows, Optional<String> type, boolean nested) {}

    /** What the beginning of a name means, and what is left of it. */
    private record Kind(Family family, boolean rows, Optional<String> type, String variable) {}

    /** The name of a key in this namespace, or nothing when no session here has such a key. */
    static Optional<Name> of(String namespace, String key) {
        if (!key.startsWith(namespace)) {
            return Optional.empty();
        }
        String rest = key.substring(namespace.length());
        SessionName session = SessionName.DEFAULT;
        if (rest.startsWith("/")) {
            int colon = rest.indexOf(':');
            Optional<SessionName> named = colon < 0 ? Optional.empty() : session(rest.substring(1, colon));
            if (named.isEmpty()) {
                return Optional.empty();
            }
            session = named.get();
            rest = rest.substring(colon);
        }
        SessionName of = session;
        return kind(rest)
                .map(kind -> new Name(of, kind.family(), kind.rows(), kind.type(), endsLikeAName(kind.variable())));
    }

    /**
     * Whether the name of a chat, a type or a participant ends like the name of a key, as in {@code zaileys:msg:auth:creds}:
     * those are the credentials of the namespace {@code zaileys:msg}.
     */
    static boolean endsLikeAName(String variable) {
        String text = ":" + variable;
        for (int colon = 0; colon >= 0; colon = text.indexOf(':', colon + 1)) {
            String end = text.substring(colon);
            if (end.startsWith(":pawl:") || kind(end).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static Optional<SessionName> session(String name) {
        if (name.equals(SessionName.PAWL.name())) {
            return Optional.of(SessionName.PAWL);
        }
        try {
            SessionName session = SessionName.of(name);
            // That one has no name in its keys.
            return session.equals(SessionName.DEFAULT) ? Optional.empty() : Optional.of(session);
        } catch (IllegalArgumentException nobody) {
            return Optional.empty();
        }
    }

    private static Optional<Kind> kind(String rest) {
        if (rest.equals(":auth:creds")) {
            return Optional.of(new Kind(Family.CREDENTIALS, true, Optional.empty(), ""));
        }
        Optional<Kind> fixed = behind(rest, ":auth:signal:", Family.KEY, true, Optional.empty())
                .or(() -> behind(rest, ":auth:signal-index:", Family.KEY, false, Optional.empty()))
                .or(() -> behind(rest, ":presence:", Family.PRESENCE, true, Optional.of("string")))
                .or(() -> same(rest, ":chats-archived", Family.CHAT, false))
                .or(() -> same(rest, ":pawl:chat-digests", Family.CHAT, false))
                .or(() -> same(rest, ":pawl:presence-digests", Family.PRESENCE, false));
        if (fixed.isPresent()) {
            return fixed;
        }
        for (Family family : Family.values()) {
            FamilyKeys keys = FamilyKeys.of(family);
            boolean message = family == Family.MESSAGE;
            // Their strings of presence in a namespace called ":pawl" look like our hashes.
            boolean hash = message || family == Family.PRESENCE;
            Optional<Kind> kind = keys.partitioned()
                    ? behind(rest, keys.data(), family, true, hash ? Optional.of("hash") : Optional.empty())
                            .or(() -> behind(
                                    rest,
                                    keys.order(),
                                    family,
                                    false,
                                    message ? Optional.of("zset") : Optional.empty()))
                    : same(rest, keys.data(), family, true).or(() -> same(rest, keys.order(), family, false));
            kind = kind.or(() -> same(rest, keys.partitions(), family, false));
            if (kind.isPresent()) {
                return kind;
            }
        }
        return Optional.empty();
    }

    private static Optional<Kind> behind(
            String rest, String beginning, Family family, boolean rows, Optional<String> type) {
        return rest.startsWith(beginning)
                ? Optional.of(new Kind(family, rows, type, rest.substring(beginning.length())))
                : Optional.empty();
    }

    private static Optional<Kind> same(String rest, String name, Family family, boolean rows) {
        return rest.equals(name) ? Optional.of(new Kind(family, rows, Optional.empty(), "")) : Optional.empty();
    }
}
