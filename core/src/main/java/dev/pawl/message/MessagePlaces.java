package dev.pawl.message;

import dev.pawl.backend.Key;
import dev.pawl.event.Jid;
import dev.pawl.event.MessageKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a message of some key can stand, where it does stand, and where a new one goes.
 *
 * <p>A row of an id is looked for bare and with the author, under both addresses of the author and of the conversation;
 * the rules are I4 to I6 of {@code docs/message-rules.md}.
 *
 * @param key which message
 * @param aliases who is who
 */
record MessagePlaces(MessageKey key, Aliases aliases) {

    /**
     * Every row that could be the message, in the order in which they are looked at: all of them are read in one go.
     */
    List<Key> candidates() {
        List<Key> keys = new ArrayList<>();
        for (String chat : aliases.addresses(key.chat())) {
            authors().forEach(author -> keys.add(bare().of(author).in(chat)));
            keys.add(bare().in(chat));
        }
        return List.copyOf(keys);
    }

    /**
     * The row that is the message.
     *
     * @param stored the keys of the messages that stand at {@link #candidates}, as their JSON has them
     */
    Optional<Key> find(Map<Key, MessageKey> stored) {
        for (Key place : candidates()) {
            MessageKey there = stored.get(place);
            if (there != null && (!place.id().equals(bare().text()) || isMine(there))) {
                return Optional.of(place);
            }
        }
        return Optional.empty();
    }

    /**
     * The row that a message goes to that does not stand anywhere: in the conversation as its key names it, bare unless
     * that row is somebody else's.
     */
    Key forNew(Map<Key, MessageKey> stored) {
        boolean taken = aliases.addresses(key.chat()).stream()
                .map(chat -> bare().in(chat))
                .anyMatch(stored::containsKey);
        Optional<String> author = authors().stream().findFirst().map(aliases::canonical);
        return (taken ? author.map(bare()::of).orElse(bare()) : bare()).in(key.chat());
    }

    /** Whether the bare row is this message: one of the two does not say who wrote it, or both name the same. */
    private boolean isMine(MessageKey bareRow) {
        Optional<String> wanted = authors().stream().findFirst();
        Optional<String> stored = bareRow.author();
        return wanted.isEmpty() || stored.isEmpty() || aliases.same(wanted.get(), stored.get());
    }

    /** The addresses of the author, where one conversation has many. */
    private List<String> authors() {
        boolean many = Jid.parse(key.chat())
                .map(chat -> chat.isGroup() || chat.isBroadcast())
                .orElse(false);
        return many ? key.author().map(aliases::addresses).orElse(List.of()) : List.of();
    }

    private MessageRowId bare() {
        return MessageRowId.bare(key.id(), key.fromMe());
    }
}
