package dev.pawl.message;

import dev.pawl.event.Jid;
import dev.pawl.event.Keyed;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What becomes of a message when something is done to it: sections 3 and 4 of {@code docs/message-rules.md}, with
 * {@link EditRules}, {@link RevokeRules} and {@link AddOnRules} for what has rules of its own.
 *
 * <p>Neither reads nor writes: takes what is stored and what arrives, and gives what is to be stored.
 */
final class MessageRules {

    private static final String KEY = "key";
    private static final String MESSAGE = "message";
    private static final String TIME = "messageTimestamp";
    private static final String STATUS = "status";
    private static final String STARRED = "starred";
    private static final String STUB = "messageStubType";
    private static final String PARAMETERS = "messageStubParameters";
    private static final String REVOKE_TIME = "revokeMessageTimestamp";

    /** What a message consists of. */
    enum State {
        /** Something was said. */
        CONTENT,
        /** It was taken back. */
        REVOKED,
        /** It could not be decrypted, and may come once more. */
        UNDECRYPTABLE,
        /** It tells of something that happened, and has no content of its own. */
        NOTICE,
        /** It has neither. */
        NEITHER
    }

    private MessageRules() {}

    /**
     * Does an act to a message.
     *
     * @param stored the JSON of the row that the first of {@link Act#targets} has which has one
     * @param act what is done
     * @param aliases who is who
     * @param group the row of the group, if there is one; asked for when {@link Act#asksGroup}
     */
    static Outcome apply(Optional<JsonObject> stored, Act act, Aliases aliases, Optional<JsonObject> group) {
        return switch (act.kind()) {
            case ARRIVES, HISTORY -> arrives(stored, act, aliases);
            case REVOKED -> revoked(RevokeRules.apply(stored, act, aliases, group), act, aliases);
            case UPDATED -> stored.isEmpty() ? Outcome.WAITS : updated(stored.get(), act, aliases);
            case EDITED -> stored.isEmpty() ? Outcome.WAITS : EditRules.edit(stored.get(), act, aliases);
            case REACTED -> stored.isEmpty() ? Outcome.WAITS : Outcome.stored(reacted(stored.get(), act, aliases));
            case RECEIVED -> stored.isEmpty() ? Outcome.WAITS : Outcome.stored(received(stored.get(), act, aliases));
            case COMPLETED ->
                stored.isEmpty() ? Outcome.NOTHING : Outcome.stored(completed(stored.get(), act.part(), aliases));
            case SILENCED ->
                stored.isEmpty() ? Outcome.NOTHING : Outcome.stored(RevokeRules.withoutWords(stored.get()));
        };
    }

    /** Whether a message has content: something other than what goes with every content. */
    static boolean hasContent(JsonObject message) {
        if (!(message.get(MESSAGE).orElse(JsonNull.NULL) instanceof JsonObject content)) {
            return false;
        }
        for (String name : content.names()) {
            boolean beside = name.equals("messageContextInfo") || name.equals("senderKeyDistributionMessage");
            if (!beside && ProtoJson.member(content, name).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** What a message consists of. */
    static State state(JsonObject message) {
        if (hasContent(message)) {
            return State.CONTENT;
        }
        JsonValue stub = message.get(STUB).orElse(JsonNull.NULL);
        if (stub instanceof JsonNull) {
            return State.NEITHER;
        }
        return switch (WaMessage.kindOfStub(stub)) {
            case REVOKED -> State.REVOKED;
            case UNDECRYPTABLE -> State.UNDECRYPTABLE;
            case EMPTY -> State.NEITHER;
            default -> State.NOTICE;
        };
    }

    /** Whether a message was taken back, by a rule of section 5 or as its stub says. */
    static boolean isRevoked(JsonObject message) {
        return state(message) == State.REVOKED;
    }

    /** Whether an update takes a message back (M25). */
    static boolean isRevocation(JsonObject update) {
        return isRevoked(update);
    }

    /** Whether a message is one that people talk with, and not one that acts on another, and raises its chat (C9). */
    static boolean isReal(JsonObject message) {
        return ProtoJson.object(message, MESSAGE)
                .flatMap(MessageContent::of)
                .map(MessageContent::kind)
                .filter(kind ->
                        kind != MessageKind.PROTOCOL && kind != MessageKind.REACTION && kind != MessageKind.ANSWER)
                .isPresent();
    }

    private static Outcome arrives(Optional<JsonObject> before, Act act, Aliases aliases) {
        JsonObject item = act.part().without(WaMessage.OURS);
        if (before.isEmpty()) {
            return Outcome.stored(AddOnRules.withoutWithdrawn(item, aliases));
        }
        JsonObject stored = before.get();
        State state = state(stored);
        State arriving = state(item);
        if (state == State.REVOKED) {
            boolean stubOfAnother =
                    arriving == State.CONTENT && MessageMembers.ours(stored).size() == 0 && Acts.isRevoke(item);
            return stubOfAnother
                    ? Outcome.stored(item, left(stored, act))
                    : Outcome.stored(completed(stored, item, aliases));
        }
        if (arriving == State.REVOKED) {
            return state == State.CONTENT && Acts.isRevoke(stored)
                    ? Outcome.stored(stored)
                    : Outcome.stored(
                            completed(RevokeRules.revoked(stored), item, aliases), RevokeRules.silenced(stored));
        }
        JsonObject row = merged(stored, state, item, arriving, aliases);
        // a history does not do what its messages carry, and could not take the words away again
        return Outcome.stored(act.kind() == Act.Kind.ARRIVES ? RevokeRules.withWordsAgain(row, item) : row);
    }

    /** What a stub, which Baileys gave the key of the message that took another back, says of that other one (M9). */
    private static List<Act> left(JsonObject stub, Act carrier) {
        return Acts.carried(new Keyed(carrier.by(), carrier.part()))
                .map(revoke -> List.of(new Act(
                        Act.Kind.COMPLETED,
                        revoke.targets(),
                        stub.without(KEY),
                        revoke.by(),
                        OptionalLong.empty(),
                        Optional.empty())))
                .orElse(List.of());
    }

    /** A message that comes again, or in another form, neither time taken back (M2 to M6, M10 to M15). */
    private static JsonObject merged(JsonObject stored, State state, JsonObject item, State arriving, Aliases aliases) {
        JsonObject row = stored;
        for (String name : item.names()) {
            JsonValue value = item.get(name).orElse(JsonNull.NULL);
            if (name.equals(MESSAGE)) {
                row = content(row, state, value, arriving);
            } else if (name.equals(STUB) || name.equals(PARAMETERS)) {
                row = stub(row, name, value, state, arriving);
            } else {
                row = common(row, name, value, aliases);
            }
        }
        return parameters(stored, row, item);
    }

    private static JsonObject stub(JsonObject row, String name, JsonValue value, State state, State arriving) {
        if (state == State.NEITHER && name.equals(STUB) && !(value instanceof JsonNull)) {
            return MessageMembers.put(row, name, value);
        }
        // parameters may have come before what they belong to (M27)
        boolean takes = state == State.NEITHER || (state == arriving && state != State.CONTENT);
        return takes ? MessageMembers.fill(row, name, value) : row;
    }

    private static JsonObject content(JsonObject row, State state, JsonValue value, State arriving) {
        if (arriving != State.CONTENT || !(value instanceof JsonObject content)) {
            return state == State.NEITHER ? MessageMembers.fill(row, MESSAGE, value) : row;
        }
        return switch (state) {
            case CONTENT -> EditRules.withOriginal(row, content);
            case UNDECRYPTABLE ->
                MessageMembers.put(row, MESSAGE, content).without(STUB).without(PARAMETERS);
            case NEITHER -> MessageMembers.put(row, MESSAGE, content);
            case NOTICE, REVOKED -> row;
        };
    }

    /** A member that is merged alike whatever the message consists of. */
    private static JsonObject common(JsonObject row, String name, JsonValue value, Aliases aliases) {
        return switch (name) {
            case KEY -> key(row, value);
            case TIME -> MessageMembers.earliest(row, TIME, value);
            case STATUS -> status(row, value);
            default ->
                AddOnRules.isList(name)
                        ? AddOnRules.merge(row, name, value, aliases)
                        : MessageMembers.fill(row, name, value);
        };
    }

    /** A message that was taken back, with what else arrives of it and is no content (M8). */
    private static JsonObject completed(JsonObject stored, JsonObject item, Aliases aliases) {
        if (!isRevoked(stored)) {
            return stored;
        }
        JsonObject row = stored;
        for (String name : item.names()) {
            JsonValue value = item.get(name).orElse(JsonNull.NULL);
            if (name.equals(REVOKE_TIME)) {
                row = MessageMembers.time(row, name).isPresent()
                                || MessageMembers.time(value).isEmpty()
                        ? row
                        : MessageMembers.put(row, name, value);
            } else if (RevokeRules.isKept(name) && !name.equals(MESSAGE) && !name.equals(STUB)) {
                row = common(row, name, value, aliases);
            }
        }
        return row;
    }

    /** The key with members that were missing; what tells of another address only beside the address it goes with. */
    private static JsonObject key(JsonObject row, JsonValue value) {
        Optional<JsonObject> stored = ProtoJson.object(row, KEY);
        if (!(value instanceof JsonObject arriving) || stored.isEmpty()) {
            return MessageMembers.fill(row, KEY, value);
        }
        JsonObject key = stored.get();
        if (key.equals(arriving)) {
            return row;
        }
        boolean sameChat = same(key, arriving, "remoteJid");
        boolean sameAuthor = same(key, arriving, "participant");
        for (String name : arriving.names()) {
            boolean fits = switch (name) {
                case "remoteJidAlt" -> sameChat;
                case "participantAlt" -> sameAuthor;
                case "addressingMode" -> sameChat && sameAuthor;
                default -> true;
            };
            if (fits) {
                key = MessageMembers.fill(key, name, arriving.get(name).orElse(JsonNull.NULL));
            }
        }
        return key == stored.get() ? row : row.with(KEY, key);
    }

    /** Whether two keys do not have different addresses in a member. */
    private static boolean same(JsonObject one, JsonObject other, String name) {
        Optional<String> first = ProtoJson.text(one, name).map(Jid::normalised);
        Optional<String> second = ProtoJson.text(other, name).map(Jid::normalised);
        return first.isEmpty() || second.isEmpty() || first.equals(second);
    }

    /** The status that is further on; what came with an error goes when the error is over (M20, M27). */
    private static JsonObject status(JsonObject row, JsonValue value) {
        Optional<MessageStatus> before = MessageStatus.in(row);
        Optional<MessageStatus> after = MessageStatus.in(JsonObject.EMPTY.with(STATUS, value));
        if (row.get(STATUS).isEmpty()) {
            return MessageMembers.fill(row, STATUS, value);
        }
        if (after.isEmpty() || (before.isPresent() && !after.get().isAfter(before.get()))) {
            return row;
        }
        boolean over = before.equals(Optional.of(MessageStatus.ERROR)) && hasContent(row);
        return MessageMembers.put(over ? row.without(PARAMETERS) : row, STATUS, value);
    }

    /** What a status that has become an error says about it. */
    private static JsonObject parameters(JsonObject before, JsonObject row, JsonObject item) {
        Optional<JsonValue> parameters = ProtoJson.member(item, PARAMETERS);
        Optional<MessageStatus> error = Optional.of(MessageStatus.ERROR);
        boolean failed = parameters.isPresent()
                && hasContent(row)
                && MessageStatus.in(item).equals(error)
                && MessageStatus.in(row).equals(error)
                && !MessageStatus.in(before).equals(error);
        return failed ? MessageMembers.put(row, PARAMETERS, parameters.get()) : row;
    }

    private static JsonObject reacted(JsonObject stored, Act act, Aliases aliases) {
        return isRevoked(stored) ? stored : AddOnRules.latest(stored, AddOnRules.Latest.REACTIONS, act.part(), aliases);
    }

    /** A receipt; one of a message that is not ours, as its key says, is about nothing (X11). */
    private static JsonObject received(JsonObject stored, Act act, Aliases aliases) {
        boolean ours = ProtoJson.object(stored, KEY)
                .filter(key -> ProtoJson.isTrue(key, "fromMe"))
                .isPresent();
        return act.target().fromMe() && !ours ? stored : AddOnRules.receipt(stored, act.part(), aliases);
    }

    /** What a revoke by update says besides, when it was folded together with a change of status. */
    private static Outcome revoked(Outcome outcome, Act act, Aliases aliases) {
        return outcome.row()
                .filter(row -> isRevoked(row) && act.carrier().isEmpty())
                .map(row -> new Outcome(
                        outcome.result(), Optional.of(changed(row, act.part(), aliases)), outcome.follows()))
                .orElse(outcome);
    }

    private static Outcome updated(JsonObject stored, Act act, Aliases aliases) {
        boolean edit =
                ProtoJson.object(act.part(), MESSAGE).map(EditRules::isEdited).orElse(false);
        return edit && !EditRules.isAuthor(stored, act.target(), aliases)
                ? Outcome.WAITS
                : Outcome.stored(changed(stored, act.part(), aliases));
    }

    /** A message with the members of an update (M20 to M30). */
    private static JsonObject changed(JsonObject stored, JsonObject update, Aliases aliases) {
        boolean revoked = isRevoked(stored);
        JsonObject row = stored;
        for (String name : update.names()) {
            JsonValue value = update.get(name).orElse(JsonNull.NULL);
            row = switch (name) {
                case KEY, TIME, WaMessage.OURS -> row;
                case STATUS -> status(row, value);
                case STARRED -> MessageMembers.put(row, STARRED, value);
                case AddOnRules.RECEIPTS -> AddOnRules.merge(row, name, value, aliases);
                default -> revoked ? row : changed(row, name, value, update, aliases);
            };
        }
        return revoked ? row : parameters(stored, row, update);
    }

    private static JsonObject changed(
            JsonObject row, String name, JsonValue value, JsonObject update, Aliases aliases) {
        if (AddOnRules.isList(name)) {
            return AddOnRules.merge(row, name, value, aliases);
        }
        return switch (name) {
            case MESSAGE -> replaced(row, value, update);
            case STUB, PARAMETERS ->
                hasContent(row) || value instanceof JsonNull ? row : MessageMembers.put(row, name, value);
            default -> MessageMembers.put(row, name, value);
        };
    }

    /** An edit, or another content: a file that was uploaded again, an invitation that expired (M23, M24). */
    private static JsonObject replaced(JsonObject row, JsonValue value, JsonObject update) {
        if (!hasContent(update) || !(value instanceof JsonObject content)) {
            return row;
        }
        if (EditRules.isEdited(content)) {
            return EditRules.edited(row, content, EditRules.time(update), Optional.empty());
        }
        return switch (state(row)) {
            case CONTENT, NEITHER -> MessageMembers.put(row, MESSAGE, content);
            case UNDECRYPTABLE ->
                MessageMembers.put(row, MESSAGE, content).without(STUB).without(PARAMETERS);
            case NOTICE, REVOKED -> row;
        };
    }
}
