package dev.pawl.file;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The names of files in our own directory. */
final class OwnNames {

    private OwnNames() {}

    /** The file of a lease row. */
    static String lease(String id) {
        return "lease-" + escape(id) + DirectoryLayout.SUFFIX;
    }

    /** The file of a row of Pawl's own session. */
    static String beat(String id) {
        return id.startsWith("node:")
                ? "node-" + escape(id.substring("node:".length())) + DirectoryLayout.SUFFIX
                : "row-" + escape(id) + DirectoryLayout.SUFFIX;
    }

    /** A name that any file system takes for any text: letters, digits, {@code - _ . *} and percent signs. */
    static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
