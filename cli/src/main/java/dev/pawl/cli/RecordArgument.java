package dev.pawl.cli;

import dev.pawl.backend.Key;
import java.util.List;

/** Reads which record is meant: {@code creds}, or a key type and an id. */
final class RecordArgument {

    private static final String CREDENTIALS = "creds";

    private RecordArgument() {}

    static Key key(List<String> words) {
        if (words.size() == 1) {
            if (!words.get(0).equals(CREDENTIALS)) {
                throw Failure.usage("the type " + Plain.name(words.get(0)) + " needs an id: write TYPE ID, or creds");
            }
            return Key.CREDENTIALS;
        }
        if (words.size() != 2) {
            throw Failure.usage("one record is named creds, or TYPE ID");
        }
        return key(words.get(0), words.get(1));
    }

    static Key key(String type, String id) {
        try {
            return Key.ofKey(type, id);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("type and id must be text that has a UTF-8 form");
        }
    }
}
