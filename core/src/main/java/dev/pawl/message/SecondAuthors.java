package dev.pawl.message;

import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Scan;
import dev.pawl.event.Jid;
import dev.pawl.event.JidPair;
import dev.pawl.event.MessageKey;
import dev.pawl.json.JsonString;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which messages of groups stand in the row of a second author of their id who has one address as far as is known. When
 * the other is learnt, such a message may turn out to stand in a row of the other address too: rule A8b of {@code
 * docs/message-rules.md}.
 *
 * <p>Each has a mark, {@code ALIAS} {@code second}/{@code <chat>|<row id>} = {@code "<author>"}, which is made and
 * removed with the message. They are few, since most ids have one author: all of them are in the memory of the owner,
 * right because nobody else writes while the lease is held.
 *
 * <p><b>Thread-safety.</b> None: used by who has the writer's turn.
 */
final class SecondAuthors {

    private static final String PARTITION = "second";

    /** So many marks there are at most; of messages beyond that nobody will know that they stand twice. */
    private static final int MOST = 10_000;

    private final MessageRows rows;
    private final Aliases aliases;
    private final Map<String, Set<Key>> messages = new HashMap<>();
    private final DueRows due = new DueRows();
    private int count;
    private boolean read;

    SecondAuthors(MessageRows rows, Aliases aliases) {
        this.rows = rows;
        this.aliases = aliases;
    }

    /** The row of the mark that a message has when it needs one; empty when it stands in the first row of its id. */
    static Optional<Key> mark(Key message) {
        return author(message)
                .map(author -> new Key(Family.ALIAS, PARTITION, message.partition() + "|" + message.id()));
    }

    /** Whether a row is a mark. */
    static boolean isMark(Key key) {
        return key.family() == Family.ALIAS && key.partition().equals(PARTITION);
    }

    private static Optional<String> author(Key message) {
        return MessageRowId.parse(message.id()).flatMap(MessageRowId::author);
    }

    private static Key message(Key mark) {
        int bar = Math.max(0, mark.id().indexOf('|'));
        return new Key(
                Family.MESSAGE,
                mark.id().substring(0, bar),
                mark.id().substring(Math.min(mark.id().length(), bar + 1)));
    }

    /** The key of such a message, of which nothing is read. */
    static Optional<MessageKey> key(Key message) {
        return MessageRowId.parse(message.id())
                .flatMap(row -> row.author()
                        .map(author -> MessageKey.of(message.partition(), row.id(), row.fromMe())
                                .withParticipant(author)));
    }

    /** Reads which there are, unless that is known. */
    void load() {
        if (read) {
            return;
        }
        clear();
        Scan marks = Scan.of(Family.ALIAS).in(PARTITION).limit(MessageRows.PAGE).withoutValues();
        rows.walk(marks, row -> add(message(row.key())));
        messages.forEach((author, some) -> {
            if (aliases.other(author).isPresent()) {
                due.add(some);
            }
        });
        read = true;
    }

    private void add(Key message) {
        author(message)
                .ifPresent(author -> count +=
                        messages.computeIfAbsent(author, any -> new HashSet<>()).add(message) ? 1 : 0);
    }

    /** Puts the mark of a new message, if it needs one. */
    void markNew(Draft draft, Key message, Instant now) {
        Optional<String> author = author(message);
        if (author.isPresent()) {
            load();
        }
        boolean open = author.flatMap(Jid::parse)
                        .filter(jid -> jid.isLid() || jid.isPhoneNumber())
                        .isPresent()
                && aliases.other(author.get()).isEmpty();
        if (open && count < MOST) {
            Key mark = mark(message).orElseThrow();
            // it is put whatever was there
            draft.know(mark, Draft.Known.ABSENT);
            draft.put(mark, new JsonString(author.get()), now.getEpochSecond(), Facets.NONE);
        }
    }

    /** Takes note of how a mark is now. */
    void keep(Key mark, Draft.Known known) {
        if (!read) {
            return;
        }
        Key message = message(mark);
        if (known.json().isPresent()) {
            add(message);
            return;
        }
        author(message).ifPresent(author -> {
            Set<Key> some = messages.getOrDefault(author, Set.of());
            count -= some.contains(message) ? 1 : 0;
            if (some.contains(message) && some.size() == 1) {
                messages.remove(author);
            } else if (some.contains(message)) {
                some.remove(message);
            }
        });
    }

    /** The messages that the next commit has to look at, when it learns these pairs. */
    List<Key> due(Collection<JidPair> pairs) {
        if (!pairs.isEmpty()) {
            load();
        }
        for (JidPair pair : pairs) {
            due.add(messages.getOrDefault(pair.lidJid().text(), Set.of()));
            due.add(messages.getOrDefault(pair.phoneNumberJid().text(), Set.of()));
        }
        return due.first();
    }

    /** What is to be looked at, some with each commit. */
    DueRows due() {
        return due;
    }

    /** What is known may be wrong: it is read when it is needed. */
    void forget() {
        clear();
        read = false;
    }

    private void clear() {
        messages.clear();
        due.clear();
        count = 0;
    }
}
