package dev.pawl.redis;

import dev.pawl.backend.Durability;
import dev.pawl.backend.Inspection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server says about how it keeps data, when a backend is opened on it. Hosted servers say only a part.
 *
 * @param id tells one server from another as long as it runs
 * @param version of the server
 * @param appendOnly whether it logs every write to a file
 * @param forced when that file is forced to the medium: {@code always}, {@code everysec} or {@code no}
 * @param forcedInRewrites whether it is forced too while it is made anew
 * @param eviction what is thrown away when memory is short
 */
record ServerFacts(
        Optional<String> id,
        Optional<String> version,
        Optional<Boolean> appendOnly,
        Optional<String> forced,
        Optional<Boolean> forcedInRewrites,
        Optional<String> eviction) {

    private static final String NOT_KNOWN = "not known";

    /** Asks a server. */
    static ServerFacts of(Server server) {
        Map<String, String> info = info(server);
        return new ServerFacts(
                Optional.ofNullable(info.get("run_id")),
                Optional.ofNullable(info.get("redis_version")),
                Optional.ofNullable(info.get("aof_enabled"))
                        .or(() -> server.setting("appendonly"))
                        .map(text -> text.equals("1") || text.equals("yes")),
                server.setting("appendfsync"),
                server.setting("no-appendfsync-on-rewrite").map("no"::equals),
                Optional.ofNullable(info.get("maxmemory_policy")).or(() -> server.setting("maxmemory-policy")));
    }

    private static Map<String, String> info(Server server) {
        Map<String, String> info = new HashMap<>();
        for (String line : server.info().orElse("").split("\r?\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                info.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return info;
    }

    /**
     * What an acknowledged write survives there. Without a log of writes, nothing; with one that is not forced at each
     * write, the end of this process and of the server, but not a loss of power.
     */
    Durability durability() {
        if (!appendOnly.orElse(false)) {
            return Durability.NONE;
        }
        boolean always = forced.filter("always"::equals).isPresent() && forcedInRewrites.orElse(false);
        return always ? Durability.POWER_LOSS : Durability.PROCESS_CRASH;
    }

    /** What deserves a warning. */
    List<Inspection.Remark> remarks(String place) {
        List<Inspection.Remark> remarks = new ArrayList<>();
        if (appendOnly.isEmpty()) {
            remarks.add(warning(
                    place,
                    "the server does not say whether it logs writes (appendonly): what an acknowledged"
                            + " write survives is not known"));
        } else if (!appendOnly.get()) {
            remarks.add(warning(
                    place,
                    "appendonly is no: when the server ends, acknowledged writes since its last"
                            + " snapshot are lost, and with them the state of conversations; set appendonly yes and appendfsync"
                            + " always"));
        } else if (forced.isEmpty()) {
            remarks.add(warning(
                    place,
                    "the server does not say when its log of writes is forced to the medium"
                            + " (appendfsync): whether an acknowledged write survives a loss of power is not known"));
        } else if (durability() != Durability.POWER_LOSS) {
            remarks.add(warning(
                    place,
                    "appendfsync is " + forced.get()
                            + (forced.get().equals("always")
                                    ? ", but not while the log is made anew (no-appendfsync-on-rewrite)"
                                    : "")
                            + ": an acknowledged write is in the log but not yet on the medium, so a loss of power takes the"
                            + " writes of the last seconds; set appendfsync always"));
        }
        if (eviction.isEmpty()) {
            remarks.add(warning(
                    place, "the server does not say what it throws away when memory is short" + " (maxmemory-policy)"));
        } else if (!eviction.get().equals("noeviction")) {
            remarks.add(warning(
                    place,
                    "maxmemory-policy is " + eviction.get()
                            + (eviction.get().startsWith("volatile")
                                    ? ": when memory is short the server throws presence away, and what tells whether a commit"
                                            + " was applied whose answer was lost, which is in doubt then; set noeviction"
                                    : ": when memory is short the server throws keys away, those of sessions too; set"
                                            + " noeviction")));
        }
        return List.copyOf(remarks);
    }

    private static Inspection.Remark warning(String place, String text) {
        return new Inspection.Remark(false, place, text);
    }

    /** The layout and the settings that matter, for people. */
    String format() {
        return "zaileys' keys on Redis " + version.orElse(NOT_KNOWN) + ", appendonly "
                + appendOnly.map(on -> on ? "yes" : "no").orElse(NOT_KNOWN) + ", appendfsync "
                + forced.orElse(NOT_KNOWN) + ", maxmemory-policy " + eviction.orElse(NOT_KNOWN);
    }
}
