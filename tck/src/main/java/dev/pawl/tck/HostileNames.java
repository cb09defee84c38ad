package dev.pawl.tck;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import java.util.ArrayList;
import java.util.List;

/** Names that storages like to confuse, cut, fold, unescape or drop; many of them differ from a neighbour in one thing only. */
final class HostileNames {

    /** Ids, and partitions too. */
    static final List<String> NAMES = List.of(
            "",
            " ",
            ".",
            "..",
            "...",
            "../x",
            "/",
            "//",
            "/etc/passwd",
            "\\",
            "a:b",
            "a_3ab",
            "a%3Ab",
            "a%3ab",
            "a-b",
            "a--b",
            "a::b",
            "a/b",
            "a__b",
            "a_b",
            "a b",
            "a+b",
            "a|b",
            "a\tb",
            "a\nb",
            "a\r\nb",
            "a\u0000b",
            "a",
            "a\u0000",
            "\u0000",
            "a ",
            " a",
            "a.",
            "a.json",
            "a.json.tmp",
            "A",
            "aB",
            "ab",
            "AB",
            "\u00e9",
            "e\u0301",
            "\u00e4\u00df",
            "\u00e4ss",
            "\u0130",
            "\u0131",
            "\ufeffa",
            "\u202ea",
            "\u2028",
            "\uffff",
            "\ue000",
            "\ud83d\ude00",
            "\ud83d\ude01",
            "__proto__",
            "constructor",
            "creds",
            "creds.json",
            "CON",
            "NUL",
            "null",
            "undefined",
            "true",
            "0",
            "00",
            "-0",
            "1e1",
            "10",
            "%",
            "%%",
            "%s",
            "%00",
            "_",
            "*",
            "a*",
            "?",
            "'",
            "''",
            "\"",
            "`",
            "'; DROP TABLE x; --",
            "${x}",
            "{a}b",
            "[a]",
            "memory-x",
            "$a",
            "a,b",
            "a;b",
            "a#b",
            "~",
            "x".repeat(255),
            "x".repeat(254),
            "x".repeat(255) + "y",
            "\u00e9".repeat(128),
            "y".repeat(1000));

    private static final List<String> TYPES =
            List.of("pre-key", "Pre-Key", "sender-key", "sender-key-memory", "session", "a", "a-b", "a-", "-a", "b-a");

    private HostileNames() {}

    /** Keys of this family with hostile ids, with hostile partitions, and pairs that differ in where the line between both is. */
    static List<Key> keys(Family family) {
        List<Key> keys = new ArrayList<>();
        NAMES.forEach(name -> keys.add(new Key(family, "session", name)));
        NAMES.stream().filter(name -> !name.equals("session")).forEach(name -> keys.add(new Key(family, name, "x")));
        for (String type : TYPES) {
            for (String id : List.of("1", "memory-1", "b-1", "-1", "b")) {
                keys.add(new Key(family, type, id));
            }
        }
        return keys.stream().distinct().toList();
    }

    /** Ids as WhatsApp makes them. No backend may refuse one. */
    static List<Key> ordinary() {
        return List.of(
                Key.ofKey("pre-key", "1"),
                Key.ofKey("pre-key", "10"),
                Key.ofKey("session", "628123.0"),
                Key.ofKey("session", "98765_1.17"),
                Key.ofKey("session", "628_128.99"),
                Key.ofKey("identity-key", "98765_1.17"),
                Key.ofKey("sender-key", "120363021@g.us::98765_1::17"),
                Key.ofKey("sender-key", "628123-1600000000@g.us::628123::0"),
                Key.ofKey("sender-key", "status@broadcast::628123::0"),
                Key.ofKey("sender-key-memory", "120363021@g.us"),
                Key.ofKey("sender-key-memory", "628123-1600000000@g.us"),
                Key.ofKey("app-state-sync-key", "AAAAAHz/"),
                Key.ofKey("app-state-sync-key", "AAD/+++/"),
                Key.ofKey("app-state-sync-key", "cGxhaW4="),
                Key.ofKey("app-state-sync-version", "critical_block"),
                Key.ofKey("app-state-sync-version", "regular"),
                Key.ofKey("lid-mapping", "628123"),
                Key.ofKey("lid-mapping", "98765_reverse"),
                Key.ofKey("device-list", "628123"),
                Key.ofKey("tctoken", "628123@s.whatsapp.net"),
                Key.ofKey("tctoken", "98765@lid"),
                Key.ofKey("tctoken", "__index"),
                Key.ofKey("a-new-type", "628123"));
    }
}
