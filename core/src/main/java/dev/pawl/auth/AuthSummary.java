package dev.pawl.auth;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who a session is and how much it holds, without any key.
 *
 * @param credentials what there is of credentials
 * @param jid the account's own JID by phone number, with this device's number once paired
 * @param lid the account's own JID by LID
 * @param platform what the phone runs, as it said
 * @param paired whether the device is linked to an account: it knows who it is and has the account's signature
 * @param credentialsBytes the size of the credentials, 0 when there are none that can be read
 * @param types how much there is of each type of key record, by name
 */
public record AuthSummary(
        State credentials,
        Optional<String> jid,
        Optional<String> lid,
        Optional<String> platform,
        boolean paired,
        long credentialsBytes,
        List<Type> types) {

    /** What there is of credentials. */
    public enum State {
        /** None. */
        ABSENT,
        /** Some that are no identity: {@link AuthVerification} says why. */
        DAMAGED,
        /** An identity. */
        PRESENT
    }

    /**
     * How much there is of one type.
     *
     * @param name the type
     * @param records how many records, damaged ones included
     * @param bytes what they take as text, without damaged ones
     * @param unreadable how many of them cannot be read at all
     */
    public record Type(String name, long records, long bytes, long unreadable) {
        private Type plus(long moreBytes, boolean readable) {
            return new Type(name, records + 1, bytes + moreBytes, unreadable + (readable ? 0 : 1));
        }
    }

    /** Copies the list. */
    public AuthSummary {
        types = List.copyOf(types);
    }

    /**
     * Sums up a session. Reads every record, in bounded memory; changes nothing and takes no lease.
     *
     * @throws dev.pawl.backend.UnavailableException when the storage cannot be read at all; the caller tries again
     */
    public static AuthSummary of(Backend backend, SessionName session) {
        List<Type> types = types(backend, session);
        try {
            Optional<Row> row = backend.get(session, Key.CREDENTIALS);
            if (row.isEmpty()) {
                return nobody(State.ABSENT, 0, types);
            }
            return of(row.get(), types);
        } catch (CorruptDataException e) {
            return nobody(State.DAMAGED, 0, types);
        }
    }

    private static AuthSummary of(Row row, List<Type> types) {
        try {
            Credentials credentials = Credentials.parse(row.value());
            Optional<Credentials.Me> me = credentials.me();
            return new AuthSummary(
                    State.PRESENT,
                    me.map(Credentials.Me::id),
                    me.flatMap(Credentials.Me::lid),
                    credentials.platform(),
                    credentials.paired(),
                    row.value().size(),
                    types);
        } catch (CorruptDataException e) {
            return nobody(State.DAMAGED, row.value().size(), types);
        }
    }

    private static AuthSummary nobody(State state, long bytes, List<Type> types) {
        return new AuthSummary(state, Optional.empty(), Optional.empty(), Optional.empty(), false, bytes, types);
    }

    private static List<Type> types(Backend backend, SessionName session) {
        Map<String, Type> types = new TreeMap<>(Key.BYTE_ORDER);
        new RecordReader(backend, session).keys(new RecordReader.Visitor() {
            @Override
            public void read(String type, List<Row> rows) {
                rows.forEach(row -> count(type, row.value().size(), true));
            }

            @Override
            public void damaged(CorruptDataException damage) {
                damage.key().ifPresent(key -> count(key.partition(), 0, false));
            }

            private void count(String type, long bytes, boolean readable) {
                Type before = types.getOrDefault(type, new Type(type, 0, 0, 0));
                types.put(type, before.plus(bytes, readable));
            }
        });
        return new ArrayList<>(types.values());
    }

    /** How many key records there are. */
    public long records() {
        return types.stream().mapToLong(Type::records).sum();
    }

    /** Says nothing of who it is: phone numbers are personal. */
    @Override
    public String toString() {
        return "AuthSummary[" + credentials + ", " + records() + " records]";
    }
}
