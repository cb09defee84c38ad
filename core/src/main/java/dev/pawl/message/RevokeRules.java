package dev.pawl.message;

import dev.pawl.event.Jid;
import dev.pawl.event.MessageKey;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What becomes of a message that is taken back: rules R1 to R5 of {@code docs/message-rules.md}.
 *
 * <p>Takes the JSON of a message and gives it changed; the very same object when nothing changes.
 */
final class RevokeRules {

    private static final String MESSAGE = "message";
    private static final String STUB = "messageStubType";
    private static final String TIME = "revokeMessageTimestamp";
    private static final String REVOKED = "revoked";
    private static final String PROTOCOL = "protocolMessage";
    private static final String EDITED_MESSAGE = "editedMessage";
    private static final JsonValue REVOKE = JsonNumber.of(1);

    /** The members that stay: anything else could hold what was said, also a member that we do not know. */
    private static final Set<String> KEPT = Set.of(
            "key",
            "messageTimestamp",
            "participant",
            "pushName",
            "verifiedBizName",
            "broadcast",
            "status",
            "starred",
            AddOnRules.RECEIPTS,
            "ephemeralStartTimestamp",
            "ephemeralDuration",
            "newsletterServerId",
            "category",
            MESSAGE,
            STUB,
            TIME);

    private RevokeRules() {}

    /** Whether a member of a message says nothing of its content. */
    static boolean isKept(String name) {
        return KEPT.contains(name);
    }

    /** Somebody takes a message back. */
    static Outcome apply(Optional<JsonObject> stored, Act act, Aliases aliases, Optional<JsonObject> group) {
        return stored.isEmpty() ? unknown(act, aliases, group) : known(stored.get(), act, aliases, group);
    }

    /** A message that is not there, and now never will be (R4); in a group, whose it is says the message alone. */
    private static Outcome unknown(Act act, Aliases aliases, Optional<JsonObject> group) {
        if (act.asksGroup() && act.carrier().isEmpty()) {
            return Outcome.WAITS;
        }
        JsonObject row = JsonObject.EMPTY.with("key", key(act));
        return EditRules.isAuthor(row, act.by(), aliases) || mayRevoke(act, aliases, group)
                ? Outcome.stored(revoked(row, act))
                : Outcome.NOT_THE_AUTHOR;
    }

    private static Outcome known(JsonObject stored, Act act, Aliases aliases, Optional<JsonObject> group) {
        if (MessageMembers.ours(stored).get(REVOKED).isPresent()) {
            return Outcome.stored(completed(stored, act));
        }
        if (!EditRules.isAuthor(stored, act.by(), aliases)) {
            boolean ours = ProtoJson.object(stored, "key")
                    .filter(key -> ProtoJson.isTrue(key, "fromMe"))
                    .isPresent();
            if (act.carrier().isEmpty() && !ours) {
                // of whom an admin takes a message back says his message, which acts by itself
                return Outcome.stored(stored);
            }
            if (!mayRevoke(act, aliases, group)) {
                return Outcome.NOT_THE_AUTHOR;
            }
        }
        return Outcome.stored(revoked(stored, act), silenced(stored));
    }

    /** Whether somebody may take back what another wrote: in a group, unless its row says that he is no admin (Q1). */
    private static boolean mayRevoke(Act act, Aliases aliases, Optional<JsonObject> group) {
        if (act.by().fromMe()) {
            return true;
        }
        return act.asksGroup()
                && group.flatMap(row -> act.by().author().flatMap(jid -> GroupRules.isAdmin(row, jid, aliases)))
                        .orElse(true);
    }

    /** The key that a message has of which only is known that it was taken back: the revoker's, but for who wrote it. */
    private static JsonObject key(Act act) {
        MessageKey target = act.target();
        Optional<JsonObject> carrier = act.carrier().isPresent()
                ? ProtoJson.object(act.carrier().get(), "key")
                : ProtoJson.object(act.part(), "key");
        if (carrier.isEmpty()) {
            return Act.json(target);
        }
        JsonObject key = carrier.get().with("id", new JsonString(target.id()));
        if (target.fromMe() != act.by().fromMe()) {
            return Act.json(target);
        }
        Optional<String> participant = ProtoJson.text(key, "participant").map(Jid::normalised);
        if (!target.hasAuthors() || target.fromMe() || participant.equals(target.participant())) {
            return key;
        }
        JsonObject others = participant.isEmpty() ? key : key.without("participantAlt");
        return target.participant()
                .map(jid -> others.with("participant", new JsonString(jid)))
                .orElse(others);
    }

    /** As the message that does it names its author: by which address others know him may turn out later. */
    private static JsonObject revoked(JsonObject stored, Act act) {
        Optional<String> by = act.by().fromMe() ? Optional.of(Person.ME) : Person.written(act.by());
        JsonObject.Builder note = JsonObject.builder();
        by.ifPresent(jid -> note.put("by", jid));
        if (!act.by().equals(act.target())) {
            note.put("id", act.by().id());
        }
        JsonObject bare = revoked(stored);
        JsonObject timed = act.time().isPresent() ? withTime(bare, act.time()) : bare;
        return MessageMembers.withOurs(timed, JsonObject.EMPTY.with(REVOKED, note.build()));
    }

    /** What is left of a message that was taken back by whom nobody says. */
    static JsonObject revoked(JsonObject stored) {
        if (MessageRules.isRevoked(stored)) {
            return stored;
        }
        JsonObject.Builder left = JsonObject.builder();
        stored.forEach((name, value) -> {
            if (KEPT.contains(name)) {
                left.put(name, value);
            }
        });
        return left.put(MESSAGE, JsonNull.NULL).put(STUB, REVOKE).build();
    }

    /** A message that was taken back before: the message that did it may bring the time. */
    private static JsonObject completed(JsonObject stored, Act act) {
        boolean his = ProtoJson.object(MessageMembers.ours(stored), REVOKED)
                .flatMap(note -> ProtoJson.text(note, "id"))
                .filter(act.by().id()::equals)
                .isPresent();
        boolean open = MessageMembers.time(stored, TIME).isEmpty() && act.time().isPresent();
        return his && open ? withTime(stored, act.time()) : stored;
    }

    private static JsonObject withTime(JsonObject row, OptionalLong time) {
        return MessageMembers.put(row, TIME, JsonNumber.of(time.getAsLong()));
    }

    /** The messages that brought edits of one that was taken back, each of which loses what it brought (R5). */
    static List<Act> silenced(JsonObject stored) {
        List<String> ids = EditRules.carriers(stored);
        if (ids.isEmpty()) {
            return List.of();
        }
        MessageKey key = MessageKey.ofMessage(stored);
        List<Act> acts = new ArrayList<>(ids.size());
        ids.forEach(id -> acts.add(silence(Acts.withId(key, id))));
        return acts;
    }

    /** That a message which brought an edit loses it. */
    static Act silence(MessageKey carrier) {
        return new Act(
                Act.Kind.SILENCED, List.of(carrier), JsonObject.EMPTY, carrier, OptionalLong.empty(), Optional.empty());
    }

    /** A message that brought an edit, without what it brought. */
    static JsonObject withoutWords(JsonObject stored) {
        return ProtoJson.object(stored, MESSAGE)
                .map(content -> MessageMembers.put(stored, MESSAGE, silent(content)))
                .orElse(stored);
    }

    /**
     * A message that brought an edit and lost it, and comes again with it (P3): what it edited may have been removed
     * since, and nothing but the row that is revoked says that the words are to go. Where it is there, they go again.
     *
     * @param item the message as it comes
     */
    static JsonObject withWordsAgain(JsonObject row, JsonObject item) {
        Optional<JsonObject> words = ProtoJson.object(item, MESSAGE);
        Optional<JsonObject> silent = words.map(RevokeRules::silent);
        return silent.isPresent() && !silent.equals(words) && silent.equals(ProtoJson.object(row, MESSAGE))
                ? row.with(MESSAGE, words.get())
                : row;
    }

    private static JsonObject silent(JsonObject content) {
        JsonObject silent = content;
        for (String name : content.names()) {
            Optional<JsonObject> inner = ProtoJson.object(content, name);
            if (name.equals(PROTOCOL) && inner.isPresent()) {
                silent = silent.with(name, inner.get().without(EDITED_MESSAGE));
            } else if (inner.isPresent()) {
                JsonObject wrapper = inner.get();
                Optional<JsonObject> wrapped = ProtoJson.object(wrapper, MESSAGE);
                if (wrapped.isPresent()) {
                    silent = silent.with(name, wrapper.with(MESSAGE, silent(wrapped.get())));
                }
            }
        }
        return silent;
    }
}
