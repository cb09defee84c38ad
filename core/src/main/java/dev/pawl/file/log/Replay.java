package dev.pawl.file.log;

import dev.pawl.backend.Key;

/** Takes the changes of a log, in their order. After an exception of who hands them over they mean nothing. */
interface Replay {

    /** A row was put; it replaces what had this key. */
    void put(Key key, Place place);

    /** A row was deleted, whether there was one or not. */
    void delete(Key key);
}
