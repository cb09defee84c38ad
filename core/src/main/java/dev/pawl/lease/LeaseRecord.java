package dev.pawl.lease;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * What a lease row holds. In JSON:
 *
 * <pre>{@code
 * {"state":"held","owner":"<32 hex>","node":"<32 hex>","locked":true,"host":"web-1","process":4711,
 *  "started":123456,"boot":"<boot id>","namespace":"pid:[4026531836]","since":"2026-01-31T12:00:00Z"}
 * {"state":"migrating","source":"<place>"}      with the members of an owner while it runs
 * {"state":"retired","target":"<place>"}
 * {"state":"clearing"}                          likewise
 * }</pre>
 *
 * @param state what is going on with the session
 * @param owner who holds it, or empty when nobody does
 */
public record LeaseRecord(LeaseState state, Optional<Owner> owner) {

    /**
     * A process that holds a lease.
     *
     * @param token names this holding; new with every change of the row
     * @param node names the process and its backend: its beats stand in the row {@code node:<node>}
     * @param locked whether it has the lock of the operating system too, where the backend has one
     * @param host the name of the machine, for people
     * @param process the process id
     * @param started when the process started, in clock ticks since the machine did: field 22 of {@code /proc/<pid>/stat}
     * @param boot the boot id of the kernel, where there is one
     * @param namespace the process id namespace, where it is known that process ids can be looked up in it
     * @param since when the lease was taken, for people
     */
    public record Owner(
            String token,
            String node,
            boolean locked,
            String host,
            long process,
            Optional<Long> started,
            Optional<String> boot,
            Optional<String> namespace,
            Instant since) {

        /** For people: process, host and since when, without the tokens. */
        @Override
        public String toString() {
            return "process " + process + " on " + host + " since " + since;
        }
    }

    /**
     * Reads a lease row.
     *
     * @throws IllegalArgumentException saying what is wrong with it, when this is not a lease row
     */
    public static LeaseRecord parse(Bytes value) {
        JsonValue json;
        try {
            json = JsonValue.parse(value);
        } catch (JsonException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!(json instanceof JsonObject row)) {
            throw new IllegalArgumentException("a lease is a JSON object");
        }
        return new LeaseRecord(state(row), row.get("owner").isPresent() ? Optional.of(owner(row)) : Optional.empty());
    }

    private static LeaseState state(JsonObject row) {
        String state = text(row, "state");
        return switch (state) {
            case "held" -> LeaseState.HELD;
            case "clearing" -> LeaseState.CLEARING;
            case "migrating" -> new LeaseState.Migrating(text(row, "source"));
            case "retired" -> new LeaseState.Retired(text(row, "target"));
            default -> throw new IllegalArgumentException("its state is none that this version knows");
        };
    }

    private static Owner owner(JsonObject row) {
        try {
            return new Owner(
                    text(row, "owner"),
                    text(row, "node"),
                    row.get("locked").filter(JsonBoolean.TRUE::equals).isPresent(),
                    text(row, "host"),
                    number(row, "process").orElseThrow(() -> new IllegalArgumentException("it has no process")),
                    number(row, "started"),
                    optional(row, "boot"),
                    optional(row, "namespace"),
                    Instant.parse(text(row, "since")));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("its since is no instant", e);
        }
    }

    private static String text(JsonObject row, String member) {
        return optional(row, member).orElseThrow(() -> new IllegalArgumentException("it has no " + member));
    }

    private static Optional<String> optional(JsonObject row, String member) {
        return row.get(member).map(value -> {
            if (value instanceof JsonString string) {
                return string.value();
            }
            throw new IllegalArgumentException("its " + member + " is not text");
        });
    }

    private static Optional<Long> number(JsonObject row, String member) {
        return row.get(member).map(value -> {
            try {
                if (value instanceof JsonNumber number) {
                    return number.longValue();
                }
            } catch (ArithmeticException e) {
                // the same answer as for what is no number at all
            }
            throw new IllegalArgumentException("its " + member + " is not a whole number");
        });
    }

    /** The row as it is stored. */
    public Bytes toBytes() {
        JsonObject.Builder row = JsonObject.builder();
        if (state instanceof LeaseState.Migrating migrating) {
            row.put("state", "migrating").put("source", migrating.source());
        } else if (state instanceof LeaseState.Retired retired) {
            row.put("state", "retired").put("target", retired.target());
        } else {
            row.put("state", state instanceof LeaseState.Clearing ? "clearing" : "held");
        }
        owner.ifPresent(holder -> {
            row.put("owner", holder.token()).put("node", holder.node()).put("locked", holder.locked());
            row.put("host", holder.host()).put("process", holder.process());
            holder.started().ifPresent(ticks -> row.put("started", ticks));
            holder.boot().ifPresent(boot -> row.put("boot", boot));
            holder.namespace().ifPresent(namespace -> row.put("namespace", namespace));
            row.put("since", holder.since().toString());
        });
        return row.build().toBytes();
    }
}
