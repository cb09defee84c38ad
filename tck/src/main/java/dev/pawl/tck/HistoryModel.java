package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.event.MessageKey;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.BufferJson;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageCursor;
import dev.pawl.message.PageRequest;
import dev.pawl.message.Receipt;
import dev.pawl.message.WaMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a history says after some facts, found out in another way than the store's: it keeps all facts, and asks only at
 * the end what they come to. Knows no rows, no batches and no parts that wait.
 */
final class HistoryModel {

    /** Statuses, as far as each has got. */
    private static final List<String> RANKS =
            List.of("PENDING", "SERVER_ACK", "ERROR", "DELIVERY_ACK", "READ", "PLAYED");

    private final List<HistoryFact> facts;

    private final HistoryLists lists;

    HistoryModel(List<HistoryFact> facts) {
        this.facts = List.copyOf(facts);
        this.lists = new HistoryLists(facts);
    }

    /** The facts of some kind about a message that were not refused, since it was last deleted. */
    private Stream<HistoryFact> about(HistoryMessage message, HistoryFact.Kind... kinds) {
        int from = 0;
        for (int i = 0; i < facts.size(); i++) {
            HistoryFact fact = facts.get(i);
            boolean deleted =
                    fact.kind() == HistoryFact.Kind.DELETE && fact.of().equals(message);
            from = deleted || isEmptied(fact, message.chat()) ? i : from;
        }
        return facts.subList(from, facts.size()).stream()
                .filter(fact -> fact.of().equals(message) && List.of(kinds).contains(fact.kind()))
                .filter(fact -> !lists.isRefused(fact));
    }

    private static boolean isEmptied(HistoryFact fact, String chat) {
        return fact.kind() == HistoryFact.Kind.EMPTIED && fact.of().chat().equals(chat);
    }

    private boolean exists(HistoryMessage message) {
        return isRevoked(message)
                || about(message, HistoryFact.Kind.ARRIVES, HistoryFact.Kind.UNREADABLE)
                        .findAny()
                        .isPresent();
    }

    private boolean isRevoked(HistoryMessage message) {
        return revocation(message).isPresent();
    }

    /** The first time that it was taken back. */
    private Optional<HistoryFact> revocation(HistoryMessage message) {
        return about(message, HistoryFact.Kind.REVOKE, HistoryFact.Kind.ADMIN_REVOKE)
                .findFirst();
    }

    private OptionalLong time(HistoryMessage message) {
        return about(message, HistoryFact.Kind.ARRIVES, HistoryFact.Kind.UNREADABLE)
                .mapToLong(HistoryFact::time)
                .min();
    }

    /** What a message says of itself, by name. */
    private Map<String, String> expected(HistoryMessage message) {
        Optional<HistoryFact> revocation = revocation(message);
        boolean revoked = revocation.isPresent();
        boolean arrived = about(message, HistoryFact.Kind.ARRIVES).findAny().isPresent();
        Map<String, String> said = new TreeMap<>();
        time(message).ifPresent(second -> said.put("time", instant(second).toString()));
        OptionalLong edited = about(message, HistoryFact.Kind.EDIT)
                .mapToLong(HistoryFact::time)
                .max();
        if (revoked) {
            said.put(
                    "revoked",
                    instant(revocation.get().time()) + " with "
                            + revocation.get().carrier());
        } else if (edited.isPresent()) {
            said.put("text", message.words(edited.getAsLong()));
            said.put("edited", instant(edited.getAsLong()).toString());
        } else if (arrived) {
            said.put("text", message.words(0));
        }
        if (!revoked && edited.isPresent() && arrived) {
            said.put("original", message.words(0));
        }
        receipts(message).forEach((user, times) -> said.put("receipt of " + user, times));
        about(message, HistoryFact.Kind.ARRIVES, HistoryFact.Kind.STATUS)
                .map(fact -> HistoryMessage.STATUSES.get(Integer.parseInt(fact.detail())))
                .max((one, other) -> Integer.compare(RANKS.indexOf(one), RANKS.indexOf(other)))
                .ifPresent(status -> said.put("status", status));
        said.put("starred", "false");
        about(message, HistoryFact.Kind.STAR).forEach(star -> said.put("starred", star.detail()));
        if (!revoked) {
            latest(message, HistoryFact.Kind.REACTION).forEach((by, text) -> said.put("reaction of " + by, text));
            latest(message, HistoryFact.Kind.VOTE).forEach((by, text) -> said.put("vote of " + by, text));
        }
        return said;
    }

    /** Who reacts with what, or votes for what: what is later counts, of two at once a removal, else what was told later. */
    private Map<String, String> latest(HistoryMessage message, HistoryFact.Kind kind) {
        Map<String, HistoryFact> latest = new LinkedHashMap<>();
        about(message, kind)
                .forEach(fact -> latest.merge(fact.by(), fact, (before, now) -> {
                    boolean stays = before.time() > now.time()
                            || (before.time() == now.time() && before.detail().isEmpty());
                    return stays ? before : now;
                }));
        Map<String, String> latestTexts = new TreeMap<>();
        latest.forEach((by, fact) -> {
            if (!fact.detail().isEmpty()) {
                latestTexts.put(by, fact.detail() + " " + Instant.ofEpochMilli(fact.time()));
            }
        });
        return latestTexts;
    }

    /** Who received and read: the earliest of each. */
    private Map<String, String> receipts(HistoryMessage message) {
        Map<String, String> receipts = new TreeMap<>();
        for (String by : List.of(MessageFixture.BUDI_LID, MessageFixture.ANI)) {
            Stream<Optional<Instant>> times = Stream.of("receiptTimestamp", "readTimestamp")
                    .map(field -> first(about(message, HistoryFact.Kind.RECEIPT)
                            .filter(fact ->
                                    fact.by().equals(by) && fact.detail().equals(field))
                            .mapToLong(HistoryFact::time)));
            String text = times.toList().toString();
            if (text.contains("Z")) {
                receipts.put(by, text);
            }
        }
        return receipts;
    }

    private static Optional<Instant> first(LongStream seconds) {
        OptionalLong first = seconds.min();
        return first.isPresent() ? Optional.of(instant(first.getAsLong())) : Optional.empty();
    }

    private static Instant instant(long second) {
        return Instant.ofEpochSecond(second);
    }

    private static Map<String, String> actual(WaMessage message) {
        Map<String, String> said = new TreeMap<>();
        message.time().ifPresent(time -> said.put("time", time.toString()));
        message.text().ifPresent(text -> said.put("text", text));
        message.originalText().ifPresent(text -> said.put("original", text));
        message.editedAt().ifPresent(time -> said.put("edited", time.toString()));
        message.revocation()
                .ifPresent(revocation ->
                        said.put("revoked", revocation.time().orElseThrow() + " with " + carrier(message)));
        // of the row: the view takes an error back when somebody got the message
        message.json()
                .get("status")
                .ifPresent(status -> said.put("status", status(status.toBytes().utf8())));
        said.put("starred", Boolean.toString(message.starred()));
        message.reactions()
                .forEach(each -> said.put(
                        "reaction of " + canonical(each.author().orElse("")),
                        each.text() + " " + each.time().orElseThrow()));
        for (JsonObject vote : ProtoJson.objects(message.json(), "pollUpdates")) {
            MessageKey key = MessageKey.find(
                            ProtoJson.object(vote, "pollUpdateMessageKey").orElseThrow())
                    .orElseThrow();
            String by = key.fromMe() ? "" : canonical(key.participant().orElse(key.remoteJid()));
            said.put(
                    "vote of " + by,
                    option(vote) + " "
                            + Instant.ofEpochMilli(
                                    ProtoJson.integer(vote, "senderTimestampMs").orElseThrow()));
        }
        for (Receipt receipt : message.receipts()) {
            said.put(
                    "receipt of " + canonical(receipt.user()),
                    List.of(receipt.received(), receipt.read()).toString());
        }
        return said;
    }

    /** The id of the message that took this one back. */
    private static String carrier(WaMessage message) {
        return ProtoJson.object(message.json(), "pawl")
                .flatMap(ours -> ProtoJson.object(ours, "revoked"))
                .flatMap(revoked -> ProtoJson.text(revoked, "id"))
                .orElse("");
    }

    private static String option(JsonObject vote) {
        JsonArray chosen = (JsonArray) ProtoJson.object(vote, "vote")
                .orElseThrow()
                .get("selectedOptions")
                .orElseThrow();
        return BufferJson.bytesOrBase64(chosen.get(0)).orElseThrow().utf8();
    }

    private static String status(String json) {
        String text = json.replace("\"", "");
        return RANKS.contains(text) ? text : HistoryMessage.STATUSES.get(Integer.parseInt(text));
    }

    static String canonical(String jid) {
        String plain = jid.replaceFirst(":\\d+@", "@");
        return plain.equals(MessageFixture.BUDI) ? MessageFixture.BUDI_LID : plain;
    }

    /** Compares what the store says with this: of messages, and of the chats and contacts that messages are in. */
    void check(MessageStore store, Random random) {
        Set<HistoryMessage> messages = new HashSet<>();
        facts.forEach(fact -> messages.add(fact.of()));
        for (HistoryMessage message : messages) {
            MessageKey key = MessageKey.of(
                    message.chat(random), message.id(), message.author().isEmpty());
            Optional<WaMessage> found = store.message(
                    message.isInGroup() && !message.author().isEmpty() ? key.withParticipant(message.author()) : key);
            assertThat(found.map(HistoryModel::actual))
                    .as(message.name())
                    .isEqualTo(exists(message) ? Optional.of(expected(message)) : Optional.empty());
        }
        Set<String> chats = new HashSet<>();
        messages.forEach(message -> chats.add(message.chat()));
        for (String chat : chats) {
            String address = new HistoryMessage(chat, "", "", 0).chat(random);
            checkPages(store, chat, address, 1 + random.nextInt(7));
            lists.checkChat(store, chat, address);
            assertThat(store.contact(address).map(contact -> contact.pushName().orElse("")))
                    .as("contact")
                    .isEqualTo(contact(chat));
        }
    }

    /** Compares what the store says of all else. */
    void checkLists(MessageStore store, Map<Key, Row> rows, Random random) {
        lists.check(store, rows, random);
    }

    /** The messages of a conversation by author and id, with their places in time. */
    private Map<String, Long> listed(String chat) {
        Map<String, Long> listed = new TreeMap<>();
        for (HistoryFact fact : facts) {
            HistoryMessage message = fact.of();
            if (isEmptied(fact, chat)) {
                listed.clear();
            }
            if (!message.chat().equals(chat)) {
                continue;
            }
            if (exists(message)) {
                listed.put(
                        message.author() + " " + message.id(),
                        time(message)
                                .orElseGet(
                                        () -> revocation(message).orElseThrow().time()));
            }
            if (!fact.carrier().isEmpty()) {
                boolean another =
                        fact.kind() == HistoryFact.Kind.REACTION || fact.kind() == HistoryFact.Kind.ADMIN_REVOKE;
                String author = another ? fact.by() : message.author();
                boolean milliseconds = fact.kind() == HistoryFact.Kind.REACTION;
                listed.put(author + " " + fact.carrier(), milliseconds ? fact.time() / 1000 : fact.time());
            }
        }
        return listed;
    }

    private void checkPages(MessageStore store, String chat, String address, int limit) {
        Map<String, Long> expected = listed(chat);
        List<String> newest = walk(store, address, PageRequest.newest().limit(limit));
        assertThat(newest).as("messages").containsExactlyInAnyOrderElementsOf(expected.keySet());
        for (int i = 1; i < newest.size(); i++) {
            assertThat(expected.get(newest.get(i))).isLessThanOrEqualTo(expected.get(newest.get(i - 1)));
        }
        Collections.reverse(newest);
        assertThat(walk(store, address, PageRequest.oldest().limit(limit))).isEqualTo(newest);
    }

    private static List<String> walk(MessageStore store, String address, PageRequest request) {
        List<String> names = new ArrayList<>();
        Optional<PageRequest> next = Optional.of(request);
        while (next.isPresent()) {
            Page<WaMessage, PageCursor> page = store.messages(address, next.get());
            page.items().forEach(message -> names.add(name(message)));
            next = page.next().map(request::after);
        }
        return names;
    }

    private static String name(WaMessage message) {
        MessageKey key = message.key();
        String author = key.fromMe() ? "" : canonical(message.sender().orElse(""));
        return author + " " + key.id();
    }

    /** What a contact is called; empty when there is none. */
    private Optional<String> contact(String chat) {
        Optional<String> name = Optional.empty();
        for (HistoryFact fact : facts) {
            boolean now = fact.kind() == HistoryFact.Kind.NAME;
            if (fact.of().chat().equals(chat) && (now || fact.kind() == HistoryFact.Kind.OLD_NAME)) {
                boolean takes = name.isEmpty()
                        || name.get().isEmpty()
                        || (now && !fact.detail().isEmpty());
                name = takes ? Optional.of(fact.detail()) : name;
            }
        }
        return name;
    }

    /** What may stand nowhere any more: the words of messages that were taken back, unless they were also deleted. */
    List<String> forgotten() {
        Predicate<HistoryMessage> deleted = message -> facts.stream()
                .anyMatch(fact ->
                        (fact.kind() == HistoryFact.Kind.DELETE && fact.of().equals(message))
                                || isEmptied(fact, message.chat()));
        return facts.stream()
                .map(HistoryFact::of)
                .distinct()
                .filter(message -> isRevoked(message) && !deleted.test(message))
                .map(message -> "words-" + message.number() + "-")
                .toList();
    }
}
