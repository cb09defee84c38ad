package dev.pawl.event;

import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The knowledge that a LID and a phone number are the same person.
 *
 * @param lid the user part of the LID
 * @param phoneNumber the user part of the phone number's address
 */
public record JidPair(String lid, String phoneNumber) {

    /**
     * The pair of two addresses, in either order.
     *
     * @return empty unless one is a person's LID and the other a person's phone number
     */
    public static Optional<JidPair> of(Jid one, Jid other) {
        if (one.isLid() && other.isPhoneNumber()) {
            return Optional.of(new JidPair(one.user(), other.user()));
        }
        return one.isPhoneNumber() && other.isLid()
                ? Optional.of(new JidPair(other.user(), one.user()))
                : Optional.empty();
    }

    /** The pair of two addresses as text, in either order and any form; empty as in {@link #of(Jid, Jid)}. */
    public static Optional<JidPair> of(String one, String other) {
        return Jid.parse(one).flatMap(first -> Jid.parse(other).flatMap(second -> of(first, second)));
    }

    /**
     * What a contact, or a participant of a group, tells about itself: in {@code id}, {@code lid}, {@code phoneNumber}.
     */
    public static List<JidPair> of(JsonObject person) {
        List<JidPair> pairs = new ArrayList<>();
        of(person, "id", "lid").ifPresent(pairs::add);
        of(person, "id", "phoneNumber").ifPresent(pairs::add);
        of(person, "lid", "phoneNumber").ifPresent(pairs::add);
        return List.copyOf(pairs);
    }

    /** The pair of two members, empty as in {@link #of(Jid, Jid)} and when one is no text. */
    public static Optional<JidPair> of(JsonObject object, String one, String other) {
        return ProtoJson.text(object, one)
                .flatMap(first -> ProtoJson.text(object, other).flatMap(second -> of(first, second)));
    }

    /** The address by LID, under which a conversation is kept. */
    public Jid lidJid() {
        return new Jid(lid, Jid.LIDS);
    }

    /** The address by phone number. */
    public Jid phoneNumberJid() {
        return new Jid(phoneNumber, Jid.PHONE_NUMBERS);
    }
}
