package dev.pawl.backend;

/**
 * What kind of record a row is. A family fixes what partition, id and order of a {@link Key} and {@link Row} mean; the table is in {@code docs/adr/0002-the-waist.md}.
 */
public enum Family {
    /** The login credentials: one row, id {@code creds}, partition empty, order 0. */
    CREDENTIALS,
    /** Signal protocol keys: partition is the key type (any string), id the key id as the protocol has it, order 0. */
    KEY,
    /** Who owns a session: ids {@code auth} and {@code messages}; in {@link SessionName#PAWL} one beat row {@code node:<token>} for each live process. */
    LEASE,
    /** Messages: partition is the chat's JID, order the time in seconds. */
    MESSAGE,
    /** Chats: id is the JID, order the last activity in seconds. */
    CHAT,
    /** Contacts: id is the JID, order 0. */
    CONTACT,
    /** Groups: id is the JID, order 0. */
    GROUP,
    /** Presence: partition is the chat's JID, id the participant, order the time of observation in seconds. */
    PRESENCE,
    /** Labels and the block list: partition says which, order 0. */
    LABEL,
    /** LID and phone-number pairs: partition {@code lid} or {@code pn}, order the time they were learnt in seconds. */
    ALIAS,
    /** Scheduled jobs and broadcasts: partition is the state, order the time they are due in milliseconds. */
    JOB,
    /** Events that could not be applied: partition is the reason, order seconds. */
    SET_ASIDE,
    /** When a message disappears: id is chat and row id, order the expiry in seconds, value an empty object. */
    EXPIRY
}
