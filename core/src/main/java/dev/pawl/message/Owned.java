package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the owner of a session keeps in memory: who is who, which messages have parts waiting, the chats used last.
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
    private final AsideRoom asideRoom;
    private final AgeHorizon ageHorizon = new AgeHorizon();
    private final Map<Key, Draft.Known> chats;
    private final Map<Key, String> merging = new LinkedHashMap<>();
    private boolean stale;

    Owned(MessageRows rows, int cachedChats) {
        this.rows = rows;
        this.aliases = FollowedPairs.all(rows);
        this.newPairs = new NewPairs(aliases);
        this.early = new EarlyParts(rows);
        this.asideRoom = new AsideRoom(rows);
        this.chats = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Draft.Known> eldest) {
                return size() > cachedChats;
            }
        };
        early.load();
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

    /** Follows a commit. */
    void keep(Draft draft) {
        draft.forEachKnown((key, known) -> {
            if (key.family() == Family.CHAT) {
                chats.put(key, known);
                noteMerging(key, known);
            } else if (key.family() == Family.SET_ASIDE && key.partition().equals(Aside.EARLY)) {
                early.keep(key, known);
            } else if (key.family() == Family.SET_ASIDE) {
                asideRoom.keep(key, known);
            } else if (key.family() == Family.MESSAGE && known.json().isPresent()) {
                ageHorizon.put(known.order());
            }
        });
    }

    private void noteMerging(Key key, Draft.Known known) {
        Optional<String> phoneNumber =
                known.json().filter(JsonObject.class::isInstance).flatMap(json -> ChatRules.merging((JsonObject) json));
        if (phoneNumber.isPresent()) {
            merging.put(key, phoneNumber.get());
        } else {
            merging.remove(key);
        }
    }

    /** The chats whose messages stand under two addresses and have to be looked through, with the other address. */
    Map<Key, String> takeMerging() {
        Map<Key, String> taken = merging.isEmpty() ? Map.of() : new LinkedHashMap<>(merging);
        merging.clear();
        return taken;
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
            asideRoom.forget();
            stale = false;
        }
    }

    /** Everything was removed. */
    void clear() {
        aliases.clear();
        newPairs.clear();
        chats.clear();
        early.load();
        asideRoom.forget();
    }

    MessageRows rows() {
        return rows;
    }
}
