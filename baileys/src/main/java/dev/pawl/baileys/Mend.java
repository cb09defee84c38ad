package dev.pawl.baileys;

/**
 * A thing that Baileys does wrong around its store and that is put right in the child. All are on; {@link
 * BaileysTransport.Builder#without} switches one off, for instance when a later Baileys needs it no more. What each is
 * about stands in {@code docs/baileys-transport.md}.
 */
public enum Mend {
    /** What encryption advanced, and a new pre-key, is durable before the ciphertext or the announcement leaves. */
    STORE_BEFORE_SENDING("durable"),
    /** Sends and receives of an account take one lock, so that neither loses what the other did to a session. */
    ONE_LOCK("oneLock"),
    /** Signatures of the server and of the phone are checked: as published, every signature is accepted. */
    VERIFY_SIGNATURES("verify"),
    /** What comes in is worked on in no transaction that happens to be under way, so that it waits for the lock. */
    RECEIVE_OUTSIDE("outside"),
    /** A session that a message did not fit is put back as it was before the trial. */
    PUT_BACK_SESSIONS("trials"),
    /** A connection begins one session with each to whom it writes, not one after the other, and none where that was done often lately. */
    KEEP_SESSIONS("sessions"),
    /** No key of a group is kept that nobody uses, and what comes late in a group is read with the key that was kept. */
    GROUP_KEYS("groupKeys"),
    /** No frame leaves before the credentials that changed until then are durable. */
    CREDENTIALS_BEFORE_FRAMES("credentials"),
    /** A message that was decrypted when the connection broke is still known when the server delivers it again. */
    KEEP_RECEIVED("received"),
    /** A message that the server delivers twice is told once, and not asked for again. */
    DROP_DUPLICATES("duplicates"),
    /** Who cannot read a message of ours may ask for it five times, and what cannot be sent again yet is sent later. */
    SEND_AGAIN("again"),
    /** What the phone sends only once, keys and history, is worked on again when that was cut off. */
    FINISH_WHAT_THE_PHONE_SENT("unfinished"),
    /** A frame that cannot be read ends its connection, and not the process with all others. */
    MALFORMED_FRAMES("frames"),
    /** Messages are dealt with in the order in which they came, also when one of them is compressed, or others have waited. */
    FRAMES_IN_ORDER("order"),
    /** A question that the server never answers fails, and with it the message that it was asked for. */
    UNANSWERED_QUESTIONS("answers"),
    /** An upgrade that the server refuses ends the connection, which as published would hang for ever. */
    REFUSED_UPGRADES("upgrades");

    private final String option;

    Mend(String option) {
        this.option = option;
    }

    /** Its name in the bridge. */
    String option() {
        return option;
    }
}
