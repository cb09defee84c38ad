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
     */
    record Name(SessionName session, Family family, boolean rows, Optional<String> type) {}

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
        return inSession(session, rest);
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

    private static Optional<Name> inSession(SessionName session, String rest) {
        if (rest.equals(":auth:creds")) {
            return rows(session, Family.CREDENTIALS);
        }
        if (rest.startsWith(":auth:signal:")) {
            return rows(session, Family.KEY);
        }
        if (rest.startsWith(":auth:signal-index:")) {
            return beside(session, Family.KEY);
        }
        if (rest.equals(":chats-archived")) {
            return beside(session, Family.CHAT);
        }
        if (rest.startsWith(":presence:")) {
            return Optional.of(new Name(session, Family.PRESENCE, true, Optional.of("string")));
        }
        if (rest.equals(":pawl:presence-digests")) {
            return beside(session, Family.PRESENCE);
        }
        for (Family family : Family.values()) {
            FamilyKeys keys = FamilyKeys.of(family);
            if (matches(rest, keys.data(), keys.partitioned())) {
                return family == Family.MESSAGE
                        ? Optional.of(new Name(session, family, true, Optional.of("hash")))
                        : rows(session, family);
            }
            if (matches(rest, keys.order(), keys.partitioned())) {
                return family == Family.MESSAGE
                        ? Optional.of(new Name(session, family, false, Optional.of("zset")))
                        : beside(session, family);
            }
            if (rest.equals(keys.partitions())) {
                return beside(session, family);
            }
        }
        return Optional.empty();
    }

    private static boolean matches(String rest, String name, boolean partitioned) {
        return partitioned ? rest.startsWith(name) : rest.equals(name);
    }

    private static Optional<Name> rows(SessionName session, Family family) {
        return Optional.of(new Name(session, family, true, Optional.empty()));
    }

    private static Optional<Name> beside(SessionName session, Family family) {
        return Optional.of(new Name(session, family, false, Optional.empty()));
    }
}
