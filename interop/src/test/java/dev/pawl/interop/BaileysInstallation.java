package dev.pawl.interop;

import dev.pawl.tck.server.NodePackages;
import java.nio.file.Path;

/**
 * The directory {@code interop/node} with real Baileys installed in it, or another with another peer, exactly as its lock
 * file says. Where there is no Node the calling test is skipped, or fails under {@code CI=true}.
 */
final class BaileysInstallation {

    private BaileysInstallation() {}

    /** Installs Baileys unless this very lock file is installed, and returns the directory that holds {@code peer.mjs}. */
    static Path require() {
        return NodePackages.require("interop", "node", "peer.mjs");
    }

    /** Likewise real zaileys in {@code interop/zaileys}, with its programs. */
    static Path requireZaileys() {
        return NodePackages.require("interop", "zaileys", "redis.mjs");
    }

    /** Likewise, and the binding of SQLite in it, compiled from the source in its package. */
    static void requireSqliteOfZaileys() {
        NodePackages.make(
                requireZaileys(),
                "node_modules/better-sqlite3/build/Release/better_sqlite3.node",
                "npm",
                "rebuild",
                "better-sqlite3",
                "--ignore-scripts=false",
                "--build-from-source=true");
    }
}
