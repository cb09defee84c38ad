package dev.pawl.message;

import dev.pawl.backend.Key;
import dev.pawl.event.JidPair;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonString;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the owner of a session keeps in memory: who is who, whose messages are to be looked through, which
 * messages have parts waiting, the chats used last.
 *
 * <p>Right because nobody else writes while the lease is held, and because it follows commits that are known to have
 * been applied; after any other it is read anew.
 *
 * <p><b>Thread-safety.</b> None, but for {@link #aliases}: used by who has the writer's turn.
 */
final class Owned {

    private final MessageRows rows;
    private final Aliases aliases;
    private final NewPairs newPairs;
    private final EarlyParts early;
    private final SecondAuthors seconds;
    private final AsideRoom asideRoom;
    private final AgeHorizon ageHorizon = new AgeHorizon();
    private final Map<Key, Draft.Known> chats;
    private final PartitionsInUse inUse;

    /** The pairs of whom messages may stand twice, by LID user: the marks that are stored. */
    private final Map<String, JidPair> merging;

    private boolean stale;

    Owned(MessageRows rows, int cachedChats) {
        this.rows = rows;
        FollowedPairs.Stored stored = FollowedPairs.all(rows);
        this.aliases = stored.aliases();
        this.merging = stored.merging();
        this.newPairs = new NewPairs(aliases, stored.lastOrder());
        this.inUse = new PartitionsInUse(rows);
        this.early = new EarlyParts(rows);
        this.seconds = new SecondAuthors(rows, aliases);
        this.asideRoom = new AsideRoom(rows);
        this.chats = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Draft.Known> eldest) {
                return size() > cachedChats;
            }
        };
        early.load();
        seconds.load();
    }

    Aliases aliases() {
        return aliases;
    }

    NewPairs newPairs() {
        return newPairs;
    }

    EarlyParts early() {
        return early;
    }

    SecondAuthors seconds() {
        return seconds;
    }

    AsideRoom asideRoom() {
        return asideRoom;
    }

    AgeHorizon ageHorizon() {
        return ageHorizon;
    }

    /** Gives a draft what is known of a chat, and tells whether anything is. */
    boolean tell(Draft draft, Key chat) {
        Draft.Known known = chats.get(chat);
        if (known == null) {
            return false;
        }
        draft.know(chat, known);
        return true;
    }

    PartitionsInUse inUse() {
        return inUse;
    }

    /** The pairs whose messages are still to be looked through, by LID user. */
    Map<String, JidPair> merging() {
        return merging;
    }

    /** Follows a commit. */
    void keep(Draft draft) {
        draft.forEachKnown((key, known) -> {
            switch (key.family()) {
                case CHAT -> chats.put(key, known);
                case MESSAGE -> {
                    if (known.json().isPresent()) {
                        inUse.keep(key);
                        ageHorizon.put(known.order());
                    }
                }
                case ALIAS -> keepMark(key, known);
                case SET_ASIDE -> {
                    if (key.partition().equals(Aside.EARLY)) {
                        early.keep(key, known);
                    } else {
                        asideRoom.keep(key, known);
                    }
                }
                default -> {
                    // of others nothing is kept
                }
            }
        });
    }

    private void keepMark(Key key, Draft.Known known) {
        if (SecondAuthors.isMark(key)) {
            seconds.keep(key, known);
        }
        if (!MergingMarks.isMark(key)) {
            return;
        }
        JidPair former = merging.remove(key.id());
        if (known.json().orElse(JsonNull.NULL) instanceof JsonString phoneNumber) {
            merging.put(key.id(), new JidPair(key.id(), phoneNumber.value()));
        } else if (former != null) {
            aliases.merged(former.lidJid().text());
        }
    }

    /** Follows a commit that had the first of the new pairs: those without a mark need no looking through. */
    void stored(int pairs) {
        for (JidPair pair : newPairs.first(pairs)) {
            if (!merging.containsKey(pair.lid())) {
                aliases.merged(pair.lidJid().text());
            }
        }
        newPairs.stored(pairs);
        early.due().done();
        seconds.due().done();
    }

    /** A commit would be too much: it looks at less of what pairs have to do with, if it looked at anything. */
    boolean lookAtFewer() {
        boolean parts = early.due().fewer();
        boolean messages = seconds.due().fewer();
        return parts || messages;
    }

    /** A commit failed, or rows were removed past it: what is kept may be wrong. Pairs stay; they are put again. */
    void doubt() {
        stale = true;
        ageHorizon.forget();
    }

    /** Reads what may be wrong. */
    void refresh() {
        if (stale) {
            chats.clear();
            early.load();
            seconds.forget();
            asideRoom.forget();
            inUse.forget();
            stale = false;
        }
    }

    /** Everything was removed. */
    void clear() {
        aliases.clear();
        newPairs.clear();
        chats.clear();
        merging.clear();
        inUse.forget();
        seconds.forget();
        early.load();
        asideRoom.forget();
    }

    MessageRows rows() {
        return rows;
    }
}
