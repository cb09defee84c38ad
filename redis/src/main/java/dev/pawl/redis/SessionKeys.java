package dev.pawl.redis;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;

/**
 * The names of the keys of one session.
 *
 * @param prefix the namespace for the session {@code default}, the namespace and {@code /name} for others
 * @param session which it is
 * @param sessions the sorted set of the names of the sessions of this namespace
 */
record SessionKeys(String prefix, SessionName session, String sessions) {

    static SessionKeys of(String namespace, SessionName session) {
        return new SessionKeys(
                session.equals(SessionName.DEFAULT) ? namespace : namespace + "/" + session.name(),
                session,
                namespace + ":pawl:sessions");
    }

    /** The string of the credentials. */
    String credentials() {
        return prefix + ":auth:creds";
    }

    /** What stands before type, colon and id of a Signal key. */
    String signal() {
        return prefix + ":auth:signal:";
    }

    /** What stands before the type in the name of the set of its ids. */
    String signalIndex() {
        return prefix + ":auth:signal-index:";
    }

    /** The string that is a row, where rows of this family and partition are strings. */
    String string(Key key) {
        return key.family() == Family.CREDENTIALS ? credentials() : signal() + key.partition() + ":" + key.id();
    }

    /** The hash that holds the rows of a partition. */
    String data(Family family, String partition) {
        FamilyKeys keys = FamilyKeys.of(family);
        return prefix + keys.data() + (keys.partitioned() ? partition : "");
    }

    /** The sorted set of the ids of a partition. */
    String order(Family family, String partition) {
        FamilyKeys keys = FamilyKeys.of(family);
        return prefix + keys.order() + (keys.partitioned() ? partition : "");
    }

    /** The sorted set of the names of partitions. */
    String partitions(Family family) {
        return prefix + FamilyKeys.of(family).partitions();
    }

    /** zaileys' set of archived chats. */
    String archived() {
        return prefix + ":chats-archived";
    }

    /** The presence of somebody wherever he is, as zaileys has it. */
    String presence(String participant) {
        return prefix + ":presence:" + participant;
    }

    /** The digests of what we wrote to {@link #presence}, by participant: anything else there is zaileys'. */
    String presenceDigests() {
        return prefix + ":pawl:presence-digests";
    }

    /** The digests of the chats that we wrote: the time of any other is told by its JSON. */
    String chatDigests() {
        return prefix + ":pawl:chat-digests";
    }

    /** Where a row stands, for people. */
    String place(Key key) {
        FamilyKeys keys = FamilyKeys.of(key.family());
        return keys.isString(key.partition())
                ? quoted(string(key))
                : quoted(data(key.family(), key.partition())) + " field " + quoted(key.id());
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
