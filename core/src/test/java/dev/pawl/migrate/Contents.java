package dev.pawl.migrate;

import dev.pawl.auth.Credentials;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** What sessions of tests hold. */
final class Contents {

    static final SessionName SESSION = SessionName.of("main");

    /** Made once, because that takes longer than a migration. */
    private static final Bytes CREDENTIALS = Credentials.create().text();

    private Contents() {}

    /** A session with credentials, more keys than fit on two pages, unknown types, odd ids and odd spellings of JSON. */
    static void fill(Backend backend) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            rows.add(row("pre-key", Integer.toString(i), "{\"private\":" + i + "}"));
        }
        rows.add(row("session", "6281111111111.0", " {\"b\" : 1.0,\"a\":\"\\u00e9\"}\n"));
        rows.add(row("device-list", "a/b", "[]"));
        rows.add(row("device-list", "..", "\"0\""));
        rows.add(row("no type that anybody knows", "", "{\"__proto__\":{}}"));
        rows.add(Row.of(Key.CREDENTIALS, CREDENTIALS));
        backend.commit(SESSION, Batch.of(rows.toArray(Row[]::new)));
    }

    static Row row(String type, String id, String json) {
        return Row.of(Key.ofKey(type, id), Bytes.utf8(json));
    }

    static void put(Backend backend, Row... rows) {
        backend.commit(SESSION, Batch.of(rows));
    }

    /** A small session of all three parts, unlike any other. */
    static void fillSmall(Backend backend, SessionName session) {
        backend.commit(
                session,
                Batch.of(
                        Row.of(new Key(Family.CHAT, "", "1@lid"), Bytes.utf8("{\"of\":\"" + session + "\"}")),
                        Row.of(new Key(Family.JOB, "waiting", "1"), Bytes.utf8("{}")),
                        row("session", "1.0", "{\"of\":\"" + session + "\"}"),
                        Row.of(Key.CREDENTIALS, CREDENTIALS)));
    }

    /** Every row but leases. */
    static List<Row> all(Backend backend) {
        return all(backend, SESSION);
    }

    /** Every row but leases. */
    static List<Row> all(Backend backend, SessionName session) {
        List<Row> rows = new ArrayList<>();
        for (Family family : EnumSet.complementOf(EnumSet.of(Family.LEASE))) {
            if (backend.traits().families().contains(family)) {
                new Rows(backend, session, Scan.of(family)).forEachRemaining(rows::add);
            }
        }
        return rows;
    }

    /** The row of the lease `auth`, if there is one. */
    static Optional<Row> lease(Backend backend) {
        return backend.get(SESSION, Key.of(Family.LEASE, Part.AUTH.lease()));
    }
}
