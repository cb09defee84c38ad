package dev.pawl.message;

import dev.pawl.backend.Key;
import dev.pawl.event.Jid;
import dev.pawl.event.MessageKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a message of some key can stand, where it does stand, and where a new one goes.
 *
 * <p>A row of an id is looked for bare and with the author, under both addresses of the author and of the conversation;
 * the rules are I4 to I6 of {@code docs/message-rules.md}.
 *
 * <p>Knows who is who as it was when it was made.
 */
final class MessagePlaces {

    private final Aliases aliases;
    private final String chat;
    private final MessageRowId bare;

    /** The addresses of the author, where one conversation has many; the one in the key first. */
    private final List<String> authors;

    private final List<Key> candidates;

    /** How many candidates there are for each address of the conversation; the last of them is the bare row. */
    private final int each;

    /**
     * @param key which message
     * @param aliases who is who
     * @throws IllegalArgumentException when no row could be named so: the author has a bar, or a text has no UTF-8 form
     */
    MessagePlaces(MessageKey key, Aliases aliases) {
        this.aliases = aliases;
        this.chat = key.chat();
        this.bare = MessageRowId.bare(key.id(), key.fromMe());
        boolean many =
                Jid.parse(chat).map(jid -> jid.isGroup() || jid.isBroadcast()).orElse(false);
        this.authors = many ? key.author().map(aliases::addresses).orElse(List.of()) : List.of();
        this.each = authors.size() + 1;
        this.candidates = keys(aliases.addresses(chat));
    }

    private List<Key> keys(List<String> chats) {
        if (chats.size() == 1 && authors.isEmpty()) {
            return List.of(bare.in(chat));
        }
        List<Key> keys = new ArrayList<>(chats.size() * each);
        for (String address : chats) {
            for (String author : authors) {
                keys.add(bare.of(author).in(address));
            }
            keys.add(bare.in(address));
        }
        return keys;
    }

    /**
     * Every row that could be the message, in the order in which they are looked at: all of them are read in one go.
     */
    List<Key> candidates() {
        return candidates;
    }

    /**
     * The row that is the message.
     *
     * @param stored the keys of the messages that stand at {@link #candidates}, as their JSON has them
     */
    Optional<Key> find(Map<Key, MessageKey> stored) {
        return all(stored).stream().findFirst();
    }

    /**
     * Every row that is the message, that first which stays when they become one: it came under two addresses, of its
     * author or its conversation, before they were known for one's.
     */
    List<Key> all(Map<Key, MessageKey> stored) {
        if (stored.isEmpty()) {
            return List.of();
        }
        List<Key> all = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            MessageKey there = stored.get(candidates.get(i));
            if (there != null && (!isBare(i) || isMine(there, all.isEmpty()))) {
                all.add(candidates.get(i));
            }
        }
        if (all.size() > 1) {
            all.sort(Comparator.comparingInt(this::rank));
        }
        return all;
    }

    private boolean isBare(int candidate) {
        return candidate % each == each - 1;
    }

    /** What stands under the address by which a conversation is kept, then the first row of the id, then likewise authors. */
    private int rank(Key place) {
        int rank = place.partition().equals(aliases.canonical(chat)) ? 0 : 4;
        if (authors.isEmpty() || place.id().equals(bare.text())) {
            return rank;
        }
        boolean kept =
                place.id().equals(bare.of(aliases.canonical(authors.get(0))).text());
        return rank + (kept ? 1 : 2);
    }

    /**
     * The row that a message goes to that does not stand anywhere: in the conversation as its key names it, bare unless
     * that row is somebody else's.
     */
    Key forNew(Map<Key, MessageKey> stored) {
        boolean taken = false;
        for (int i = each - 1; i < candidates.size() && !stored.isEmpty(); i += each) {
            taken |= stored.containsKey(candidates.get(i));
        }
        if (taken && !authors.isEmpty()) {
            return bare.of(aliases.canonical(authors.get(0))).in(chat);
        }
        return candidates.get(each - 1);
    }

    /**
     * Whether the bare row is this message: both name the same author, or one of the two does not say who wrote it.
     *
     * @param open whether the latter counts: it has no row of its own
     */
    private boolean isMine(MessageKey bareRow, boolean open) {
        if (authors.isEmpty()) {
            return true;
        }
        Optional<String> stored = bareRow.author();
        return stored.isEmpty() ? open : aliases.same(authors.get(0), stored.get());
    }
}
