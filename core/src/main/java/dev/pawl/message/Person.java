package dev.pawl.message;

import dev.pawl.event.Jid;
import dev.pawl.event.MessageKey;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * Somebody, by every address under which he is known.
 *
 * @param name the address by which he is written down: his LID where it is known; {@link #ME} for us
 * @param addresses all of them, normalised
 */
record Person(String name, List<String> addresses) {

    /** How we are called where an author is written down. */
    static final String ME = "me";

    private static final Person US = new Person(ME, List.of(ME));

    /** The members of a key that say who wrote a message which acts on another one, in the order of their weight. */
    private static final List<String> AUTHORS = List.of("participantAlt", "remoteJidAlt", "participant", "remoteJid");

    /** Whoever has an address. */
    static Person of(String jid, Aliases aliases) {
        return jid.equals(ME) ? US : new Person(aliases.canonical(jid), aliases.addresses(jid));
    }

    /** The author of a message that acts on another one, by its key (X2); empty when the key says nothing. */
    static Optional<Person> author(JsonObject key, Aliases aliases) {
        if (ProtoJson.isTrue(key, "fromMe")) {
            return Optional.of(US);
        }
        for (String name : AUTHORS) {
            Optional<String> jid = ProtoJson.text(key, name);
            if (jid.isPresent()) {
                return Optional.of(of(byLid(jid.get(), key, aliases), aliases));
            }
        }
        return Optional.empty();
    }

    /** His LID, where the key names that too: it can be written down whoever else learns of it when. */
    private static String byLid(String jid, JsonObject key, Aliases aliases) {
        if (isLid(jid)) {
            return jid;
        }
        for (String name : AUTHORS) {
            Optional<String> other = ProtoJson.text(key, name).filter(Person::isLid);
            if (other.isPresent() && aliases.same(other.get(), jid)) {
                return other.get();
            }
        }
        return jid;
    }

    private static boolean isLid(String jid) {
        return Jid.parse(Jid.normalised(jid)).map(Jid::isLid).orElse(false);
    }

    /** The address under which he is written down: the one he was named by, since others may turn out later. */
    String written() {
        return addresses.get(0);
    }

    /** Likewise of the author of a message, when it is somebody else's. */
    static Optional<String> written(MessageKey key) {
        return (key.hasAuthors() ? key.participantAlt() : key.remoteJidAlt())
                .filter(Person::isLid)
                .or(key::author);
    }

    /** Whether an address, in any form, is his. */
    boolean is(String jid) {
        for (String address : addresses) {
            if (address.equals(jid)) {
                return true;
            }
        }
        String normalised = Jid.normalised(jid);
        return !normalised.equals(jid) && addresses.contains(normalised);
    }

    /** Shows nothing. */
    @Override
    public String toString() {
        return "Person";
    }
}
