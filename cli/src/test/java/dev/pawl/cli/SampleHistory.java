package dev.pawl.cli;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import java.time.Instant;
import java.util.List;

/** A little history with jobs, as rows of any store. */
final class SampleHistory {

    private static final String BOB = "6282222222222@s.whatsapp.net";
    private static final String GROUP = "123456789-987654@g.us";

    /** Who claimed a job on a machine that is no more. */
    private static final String GONE = "{\"state\":\"held\",\"owner\":\"o\",\"node\":\"n\",\"locked\":false,"
            + "\"host\":\"h\",\"process\":7,\"started\":7,\"since\":\"2026-01-01T00:00:00Z\"}";

    private SampleHistory() {}

    /** A row of each family but credentials, keys and leases; only what became of a chat and its messages has more. */
    static List<Row> rows() {
        long now = Instant.now().getEpochSecond();
        return List.of(
                row(new Key(Family.MESSAGE, BOB, "M1|0"), 1_700_000_000, message(BOB, "M1", false)),
                row(new Key(Family.MESSAGE, BOB, "M2|1"), 1_700_000_000, message(BOB, "M2", true)),
                row(new Key(Family.MESSAGE, GROUP, "M1|0"), 1_700_000_007, message(GROUP, "M1", false)),
                row(
                        Key.of(Family.CHAT, BOB),
                        1_700_000_000,
                        "{\"id\":\"" + BOB + "\",\"conversationTimestamp\":1700000000}"),
                row(
                        Key.of(Family.CHAT, GROUP),
                        1_700_000_007,
                        "{\"id\":\"" + GROUP + "\",\"conversationTimestamp\":1700000007,\"archived\":true}"),
                row(Key.of(Family.CONTACT, BOB), 0, "{\"id\":\"" + BOB + "\",\"name\":\"B\u00f6b\"}"),
                row(Key.of(Family.GROUP, GROUP), 0, "{\"id\":\"" + GROUP + "\",\"subject\":\"x\"}"),
                row(new Key(Family.PRESENCE, BOB, BOB), now, "{\"lastKnownPresence\":\"available\"}"),
                row(new Key(Family.LABEL, "chat", "1|" + BOB), 0, "{\"labelId\":\"1\"}"),
                row(new Key(Family.ALIAS, "lid", "11223344556677"), now, "\"6282222222222\""),
                row(new Key(Family.SET_ASIDE, "unknown", "7"), now, "{\"event\":\"x\"}"),
                job("waiting", "7", "{\"revision\":1,\"messageId\":\"3EB07\"}"),
                // One that is not ours, with a member that we do not know.
                row(
                        new Key(Family.JOB, "waiting", "8"),
                        1_900_000_000_000L,
                        "{ \"id\":\"8\",\"fireAt\":1.9e12,\"recipient\":\"x\",\"payload\":{\"n\":1.0},\"y\":null}"),
                job("claimed", "9", "{\"revision\":2,\"attempts\":1,\"claim\":" + GONE + "}"),
                job("done", "10", "{\"revision\":3,\"reason\":\"sent\"}"),
                job("dead", "11", "{\"revision\":3,\"reason\":\"failed\",\"lastError\":\"x\"}"),
                job("waiting", "news.000001", "{\"revision\":1,\"broadcast\":\"news\"}"),
                job("broadcast:news", "news.000002", "{\"revision\":1,\"broadcast\":\"news\"}"),
                row(
                        new Key(Family.JOB, "broadcast", "news"),
                        1_900_000_000_000L,
                        "{\"id\":\"news\",\"state\":\"running\",\"start\":1900000000000,\"pacing\":200,\"recipients\":3,"
                                + "\"sent\":1,\"failed\":0,\"cancelled\":0,\"current\":\"news.000001\",\"revision\":4}"));
    }

    private static Row row(Key key, long order, String value) {
        return Row.of(key, order, Bytes.utf8(value));
    }

    private static Row job(String state, String id, String ours) {
        return row(
                new Key(Family.JOB, state, id),
                1_900_000_000_000L,
                "{\"id\":\"" + id + "\",\"fireAt\":1900000000000,\"recipient\":\"" + BOB
                        + "\",\"payload\":{\"text\":\"x\"},\"pawl\":" + ours + "}");
    }

    private static String message(String chat, String id, boolean mine) {
        return "{\"key\":{\"remoteJid\":\"" + chat + "\",\"fromMe\":" + mine + ",\"id\":\"" + id
                + "\"},\"messageTimestamp\":1700000000,\"message\":{\"conversation\":\"" + id + "\"}}";
    }
}
