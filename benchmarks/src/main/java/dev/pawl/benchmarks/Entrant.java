package dev.pawl.benchmarks;

import java.util.List;
import java.util.Optional;

/**
 * A store that takes part.
 *
 * @param name what it is called in tables
 * @param store what a trial is asked for: a locator with the words of {@link Locators}, or the name of a store in Node
 * @param inNode whether its trials run in Node
 */
record Entrant(String name, String store, boolean inNode) {

    /** The native log as it is by default: each commit is forced to the medium. */
    static final Entrant NATIVE = new Entrant("native", "native:{}", false);

    /** The native log with commits that survive the process. */
    static final Entrant NATIVE_RELAXED = new Entrant("native-relaxed", "native:{}?durability=relaxed", false);

    /** The SQLite file as it is by default: each commit is forced to the medium. */
    static final Entrant SQLITE = new Entrant("sqlite", "sqlite:{}/store.db", false);

    /** The SQLite file with commits that survive the process, as the peer's do. */
    static final Entrant SQLITE_NORMAL = new Entrant("sqlite-normal", "sqlite:{}/store.db?synchronous=normal", false);

    /** The same with an index of the words of messages. */
    static final Entrant SQLITE_SEARCH =
            new Entrant("sqlite-search", "sqlite:{}/store.db?synchronous=normal&search=on", false);

    /** A Baileys directory. */
    static final Entrant BAILEYS = new Entrant("baileys", "baileys:{}/auth", false);

    /** A database of PostgreSQL, with the settings that the server comes with: each commit is forced to the medium. */
    static final Entrant POSTGRESQL =
            new Entrant("postgresql", "postgresql://postgres@127.0.0.1:{postgres}/{name}", false);

    /** The same with an index of the words of messages. */
    static final Entrant POSTGRESQL_SEARCH =
            new Entrant("postgresql-search", "postgresql://postgres@127.0.0.1:{postgres}/{name}?search=on", false);

    /** A namespace of Redis, with the settings that the server comes with. */
    static final Entrant REDIS = new Entrant("redis", "redis://127.0.0.1:{redis}/0?namespace={name}", false);

    /** A bare loop on the driver, see {@link BareSqlite}. */
    static final Entrant BARE = new Entrant("bare", "bare-sqlite:{}/store.db", false);

    /** The bare loop, not forced. */
    static final Entrant BARE_NORMAL = new Entrant("bare-normal", "bare-sqlite:{}/store.db?synchronous=normal", false);

    /** What the disk can do, see {@link RawFiles}: one thread, each append forced. */
    static final Entrant RAW = new Entrant("raw", "raw:{}", false);

    /** The same with sixteen threads, each with a file of its own. */
    static final Entrant RAW_16 = new Entrant("raw-16", "raw:{}", false);

    /** One thread, appends that are not forced. */
    static final Entrant RAW_WRITE = new Entrant("raw-write", "raw:{}?force=false", false);

    /** Baileys' own files, bare. */
    static final Entrant B_MF = node("b-mf");

    /** Baileys' own files as bots use them. */
    static final Entrant B_MF_CT = node("b-mf-ct");

    /** The files of zaileys. */
    static final Entrant Z_FILE = node("z-file");

    /** The SQLite of zaileys. */
    static final Entrant Z_SQLITE = node("z-sqlite");

    /** The SQLite of zaileys behind its cache. */
    static final Entrant Z_SQLITE_C = node("z-sqlite-c");

    /** The PostgreSQL of zaileys. */
    static final Entrant Z_PG = node("z-pg");

    /** The PostgreSQL of zaileys behind its cache. */
    static final Entrant Z_PG_C = node("z-pg-c");

    /** The Redis of zaileys. */
    static final Entrant Z_REDIS = node("z-redis");

    /** The memory of zaileys. */
    static final Entrant Z_MEM = node("z-mem");

    /** The SQLite of zaileys for messages. */
    static final Entrant M_SQLITE = node("m-sqlite");

    /** The PostgreSQL of zaileys for messages. */
    static final Entrant M_PG = node("m-pg");

    /** The Redis of zaileys for messages. */
    static final Entrant M_REDIS = node("m-redis");

    /** All that are known by name. */
    static final List<Entrant> KNOWN = List.of(
            NATIVE,
            NATIVE_RELAXED,
            SQLITE,
            SQLITE_NORMAL,
            SQLITE_SEARCH,
            BAILEYS,
            POSTGRESQL,
            POSTGRESQL_SEARCH,
            REDIS,
            RAW,
            RAW_16,
            RAW_WRITE,
            BARE,
            BARE_NORMAL,
            B_MF,
            B_MF_CT,
            Z_FILE,
            Z_SQLITE,
            Z_SQLITE_C,
            Z_PG,
            Z_PG_C,
            Z_REDIS,
            Z_MEM,
            M_SQLITE,
            M_PG,
            M_REDIS);

    private static Entrant node(String name) {
        return new Entrant(name, name, true);
    }

    /**
     * Reads a name that is known, or a locator with one of the words of {@link Locators} in it.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static Entrant parse(String text) {
        return KNOWN.stream()
                .filter(entrant -> entrant.name.equals(text))
                .findFirst()
                .orElseGet(() -> ofLocator(text));
    }

    private static Entrant ofLocator(String text) {
        if (!text.contains(":") || !text.contains("{")) {
            throw new IllegalArgumentException(
                    "no store " + text + ": name one of "
                            + KNOWN.stream().map(Entrant::name).toList()
                            + " or a locator with {} for its directory, such as baileys:{}/auth, or {name} for its name on a server");
        }
        return new Entrant(text, text, false);
    }

    /** Whether its rows live in the process that put them, so that a trial has to fill it itself. */
    boolean fillsItself() {
        return equals(Z_MEM);
    }

    /** The server that it needs, if it does. */
    Optional<Servers.Kind> server() {
        if (equals(Z_PG) || equals(Z_PG_C) || equals(M_PG)) {
            return Optional.of(Servers.Kind.POSTGRES);
        }
        return equals(Z_REDIS) || equals(M_REDIS) ? Optional.of(Servers.Kind.REDIS) : ServerPlace.server(store);
    }

    /** The name of the directory of its stores, shared by those that read the same files. */
    String directory() {
        String shared = inNode ? name.replaceFirst("-ct?$", "") : name;
        return shared.replaceAll("[^A-Za-z0-9-]", "_");
    }
}
