package dev.pawl.message;

/** What kind of thing a message is, for those who show or filter messages. */
public enum MessageKind {
    /** Words, with a preview of a link perhaps. */
    TEXT,
    /** A picture. */
    IMAGE,
    /** A video, a short round one or a moving picture included. */
    VIDEO,
    /** Sound, spoken or not. */
    AUDIO,
    /** A file. */
    DOCUMENT,
    /** A sticker. */
    STICKER,
    /** A place, moving or not. */
    LOCATION,
    /** One or more contacts. */
    CONTACT,
    /** A poll. */
    POLL,
    /** An event to which people answer. */
    EVENT,
    /** Buttons, lists, templates, and what people chose from them. */
    INTERACTIVE,
    /** Acts on another message: a reaction. */
    REACTION,
    /** Acts on another message: a vote in a poll, or an answer to an event, encrypted. */
    ANSWER,
    /** Acts on another message, or on settings: an edit, a revoke, a timer, a piece of synchronisation. */
    PROTOCOL,
    /** Content of a kind that is none of these. */
    OTHER,
    /** It came and could not be decrypted; its content may still come. */
    UNDECRYPTABLE,
    /** It was taken back by its author or by an admin. */
    REVOKED,
    /** No message of anybody but a notice, such as that somebody joined a group. */
    NOTICE,
    /** Nothing is known of it but its key. */
    EMPTY;

    /** Whether it only acts on others: it neither counts as activity of a chat nor as unread. */
    public boolean isCarrier() {
        return this == REACTION || this == ANSWER || this == PROTOCOL;
    }
}
