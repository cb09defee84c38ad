package dev.pawl.baileys;

import static dev.pawl.baileys.WhatsAppStandIn.args;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import java.util.List;

/** What people do to a group at the stand-in. */
record GroupActs(WhatsAppStandIn standIn, String group) {

    /** Somebody makes a group, and everybody in it is told. */
    static GroupActs make(WhatsAppStandIn standIn, String subject, Person owner, Person... members) {
        GroupActs made = new GroupActs(standIn, standIn.group(subject, owner, members));
        standIn.call("announceGroup", args().put("group", made.group));
        return made;
    }

    /** {@code what} is {@code add}, {@code remove}, {@code promote} or {@code demote}. */
    void change(String what, Person by, Person... members) {
        JsonArray names = JsonArray.copyOf(List.of(members).stream()
                .map(member -> new JsonString(member.name()))
                .toList());
        standIn.call("changeGroup", of(what, by).put("members", names));
    }

    void rename(Person by, String subject) {
        standIn.call("changeGroup", of("subject", by).put("subject", subject));
    }

    private JsonObject.Builder of(String what, Person by) {
        return args().put("group", group).put("what", what).put("by", by.name());
    }

    /** Somebody writes, and what a device gets of it is damaged. */
    String sendBroken(Person from, Device to, String text) {
        return ((JsonString) standIn.call(
                        "sendGroupBroken",
                        WhatsAppStandIn.of(to)
                                .put("peer", from.name())
                                .put("group", group)
                                .put("text", text)))
                .value();
    }

    /** Somebody loses the sender key of a device, and cannot read what it says next. */
    void forgetKey(Person at, Device of) {
        standIn.call(
                "forgetGroupKey", WhatsAppStandIn.of(of).put("name", at.name()).put("group", group));
    }

    /** Has the client ask for all of its groups. */
    static void areOld(WhatsAppStandIn standIn, Device device) {
        standIn.call("groupsAreOld", WhatsAppStandIn.of(device));
    }
}
