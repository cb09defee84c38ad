package dev.pawl.baileys;

import static dev.pawl.baileys.StandInPipe.member;
import static dev.pawl.baileys.StandInPipe.number;
import static dev.pawl.baileys.StandInPipe.textOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the stand-in is asked about clients that die and come back: {@code operations-lives.mjs}. */
final class StandInLives {

    private static final int SECONDS_TO_MOVE = 20;

    private final WhatsAppStandIn standIn;

    StandInLives(WhatsAppStandIn standIn) {
        this.standIn = standIn;
    }

    /**
     * A message that somebody wrote to a device or in a group.
     *
     * @param text what it says
     * @param to the device or the group
     * @param at when it was written, in milliseconds of the clock
     * @param confirmed when the client said that it has it, 0 for never
     * @param refused when the client said that it will never read it, 0 for never
     */
    record Heard(String id, String text, String to, long at, long confirmed, long refused) {

        private static Heard of(JsonObject json) {
            return new Heard(
                    textOf(json, "id"),
                    textOf(json, "text"),
                    textOf(json, "to"),
                    number(json, "at"),
                    number(json, "confirmed"),
                    number(json, "refused"));
        }
    }

    /** From now on every client is looked at, and nobody should want to be paired. */
    void watch() {
        standIn.call("watch", WhatsAppStandIn.args());
    }

    /**
     * People begin to write to devices.
     *
     * @param every the mean pause between two messages, in milliseconds
     * @param forgetful how likely it is that one of them begins a new conversation, with a pre-key
     */
    void talk(List<Person> people, List<Device> devices, int every, double forgetful, long seed) {
        talk(people, devices, List.of(), every, forgetful, seed);
    }

    /** The same, where every fourth message is in a group. */
    void talk(List<Person> people, List<Device> devices, List<String> groups, int every, double forgetful, long seed) {
        standIn.call(
                "talk",
                WhatsAppStandIn.args()
                        .put("names", texts(people.stream().map(Person::name).toList()))
                        .put("jids", texts(devices.stream().map(Device::jid).toList()))
                        .put("groups", texts(groups))
                        .put("every", JsonNumber.of(every))
                        .put("forgetful", JsonNumber.of(forgetful))
                        .put("seed", JsonNumber.of((int) seed)));
    }

    /** Nobody writes for a while, until a device has taken all that waits for it. */
    void rest(Device device) throws IOException {
        standIn.call("pause", WhatsAppStandIn.args());
        awaitQuiet(device);
        standIn.call("goOn", WhatsAppStandIn.args());
    }

    /** They stop. */
    void hush() {
        standIn.call("hush", WhatsAppStandIn.args());
    }

    /** All that they wrote. */
    List<Heard> said() {
        return list("said", WhatsAppStandIn.args()).stream()
                .map(one -> Heard.of((JsonObject) one))
                .toList();
    }

    /** What was written and is not among these texts, with what became of it. */
    List<String> missing(Set<String> texts) {
        return said().stream()
                .filter(message -> !texts.contains(message.text()))
                .map(message -> message + "\n  " + story(message.id()))
                .toList();
    }

    /** What became of a message, step by step. */
    String story(String id) {
        return ((JsonString) standIn.call("story", WhatsAppStandIn.args().put("id", id))).value();
    }

    /** What must never happen and did, with the counts of what was seen. */
    List<String> violations() {
        JsonObject verdict = verdict();
        return ((JsonArray) member(verdict, "violations"))
                .values().stream().map(one -> ((JsonString) one).value()).toList();
    }

    /** The counts of what was seen. */
    JsonObject verdict() {
        return (JsonObject) standIn.call("verdict", WhatsAppStandIn.args());
    }

    /** How often something was seen. */
    long count(String what) {
        return number(verdict(), what);
    }

    /** The ids of the messages that somebody has read. */
    Set<String> read(Person at) {
        return list("readIds", WhatsAppStandIn.args().put("name", at.name())).stream()
                .map(one -> ((JsonString) one).value())
                .collect(Collectors.toSet());
    }

    /** Which of these never came to the server. */
    List<String> strayed(List<String> ids) {
        return list("strayed", WhatsAppStandIn.args().put("ids", texts(ids))).stream()
                .map(one -> ((JsonString) one).value())
                .toList();
    }

    /** Waits until somebody has read all of these. */
    void awaitRead(Person at, List<String> ids) {
        standIn.call("awaitRead", WhatsAppStandIn.args().put("name", at.name()).put("ids", texts(ids)));
    }

    /**
     * Waits until a device has taken or refused all that waits for it, as long as it goes on with that; says now and then how
     * far it is.
     */
    void awaitQuiet(Device device) throws IOException {
        Backlog before = backlog(device, 0);
        while (before.left() > 0) {
            Backlog now = backlog(device, SECONDS_TO_MOVE);
            Report.progress(device.jid() + ": " + now.since(before));
            assertThat(now.hasGoneOnSince(before))
                    .as("%s does not go on: %s", device.jid(), now.since(before))
                    .isTrue();
            before = now;
        }
    }

    private Backlog backlog(Device device, int seconds) {
        return Backlog.of((JsonObject)
                standIn.call("awaitQuiet", WhatsAppStandIn.of(device).put("seconds", JsonNumber.of(seconds))));
    }

    /** The phone of somebody scans a QR code. */
    Device scan(Person phone, String qr) {
        JsonObject json = (JsonObject) standIn.call(
                "scanAs", WhatsAppStandIn.args().put("phone", phone.name()).put("qr", qr));
        return new Device((int) number(json, "id"), textOf(json, "jid"), textOf(json, "lid"), 0, 0, true);
    }

    private List<JsonValue> list(String what, JsonObject.Builder arguments) {
        return ((JsonArray) standIn.call(what, arguments)).values();
    }

    private static JsonArray texts(List<String> all) {
        return JsonArray.copyOf(all.stream().map(JsonString::new).toList());
    }
}
