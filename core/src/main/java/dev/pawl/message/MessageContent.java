package dev.pawl.message;

import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The content of a message without its wrappers: which member it is, and what stands in there.
 *
 * @param member the member of the content that says what it is, such as {@code imageMessage}; empty when there is none
 * @param around the object that has that member
 */
record MessageContent(String member, JsonObject around) {

    /** Wrappers hold another content in {@code message}: they say how to show it, not what it is. */
    private static final Set<String> WRAPPERS = Set.of(
            "ephemeralMessage",
            "viewOnceMessage",
            "viewOnceMessageV2",
            "viewOnceMessageV2Extension",
            "documentWithCaptionMessage",
            "editedMessage",
            "deviceSentMessage",
            "associatedChildMessage",
            "groupMentionedMessage",
            "groupStatusMessage",
            "groupStatusMessageV2",
            "groupStatusMentionMessage",
            "statusMentionMessage",
            "statusAddYours",
            "botInvokeMessage",
            "botTaskMessage",
            "botForwardedMessage",
            "lottieStickerMessage",
            "eventCoverImage",
            "pollCreationMessageV4",
            "pollCreationOptionImageMessage",
            "limitSharingMessage",
            "questionMessage",
            "questionReplyMessage");

    /** Members that go with every content and are none. */
    private static final List<String> BESIDE =
            List.of("messageContextInfo", "senderKeyDistributionMessage", "fastRatchetKeySenderKeyDistributionMessage");

    /** How many wrappers there may be in each other; a message with more is looked at no further. */
    private static final int DEEPEST = 10;

    private static final Map<String, MessageKind> KINDS = Map.ofEntries(
            Map.entry("conversation", MessageKind.TEXT),
            Map.entry("extendedTextMessage", MessageKind.TEXT),
            Map.entry("imageMessage", MessageKind.IMAGE),
            Map.entry("videoMessage", MessageKind.VIDEO),
            Map.entry("ptvMessage", MessageKind.VIDEO),
            Map.entry("audioMessage", MessageKind.AUDIO),
            Map.entry("documentMessage", MessageKind.DOCUMENT),
            Map.entry("stickerMessage", MessageKind.STICKER),
            Map.entry("locationMessage", MessageKind.LOCATION),
            Map.entry("liveLocationMessage", MessageKind.LOCATION),
            Map.entry("contactMessage", MessageKind.CONTACT),
            Map.entry("contactsArrayMessage", MessageKind.CONTACT),
            Map.entry("pollCreationMessage", MessageKind.POLL),
            Map.entry("pollCreationMessageV2", MessageKind.POLL),
            Map.entry("pollCreationMessageV3", MessageKind.POLL),
            Map.entry("pollCreationMessageV5", MessageKind.POLL),
            Map.entry("eventMessage", MessageKind.EVENT),
            Map.entry("buttonsMessage", MessageKind.INTERACTIVE),
            Map.entry("buttonsResponseMessage", MessageKind.INTERACTIVE),
            Map.entry("listMessage", MessageKind.INTERACTIVE),
            Map.entry("listResponseMessage", MessageKind.INTERACTIVE),
            Map.entry("templateMessage", MessageKind.INTERACTIVE),
            Map.entry("templateButtonReplyMessage", MessageKind.INTERACTIVE),
            Map.entry("interactiveMessage", MessageKind.INTERACTIVE),
            Map.entry("interactiveResponseMessage", MessageKind.INTERACTIVE),
            Map.entry("reactionMessage", MessageKind.REACTION),
            Map.entry("encReactionMessage", MessageKind.REACTION),
            Map.entry("pollUpdateMessage", MessageKind.ANSWER),
            Map.entry("encEventResponseMessage", MessageKind.ANSWER),
            Map.entry("protocolMessage", MessageKind.PROTOCOL));

    /** Where words stand, by member: the path from there, members separated by points. */
    private static final Map<String, List<String>> WORDS = Map.ofEntries(
            Map.entry("extendedTextMessage", List.of("text")),
            Map.entry("imageMessage", List.of("caption")),
            Map.entry("videoMessage", List.of("caption")),
            Map.entry("ptvMessage", List.of("caption")),
            Map.entry("documentMessage", List.of("caption")),
            Map.entry("locationMessage", List.of("name", "comment")),
            Map.entry("liveLocationMessage", List.of("caption")),
            Map.entry("contactMessage", List.of("displayName")),
            Map.entry("contactsArrayMessage", List.of("displayName")),
            Map.entry("pollCreationMessage", List.of("name")),
            Map.entry("pollCreationMessageV2", List.of("name")),
            Map.entry("pollCreationMessageV3", List.of("name")),
            Map.entry("pollCreationMessageV5", List.of("name")),
            Map.entry("eventMessage", List.of("name")),
            Map.entry("groupInviteMessage", List.of("caption", "groupName")),
            Map.entry("buttonsMessage", List.of("contentText")),
            Map.entry("buttonsResponseMessage", List.of("selectedDisplayText")),
            Map.entry("listMessage", List.of("description", "title")),
            Map.entry("listResponseMessage", List.of("title")),
            Map.entry("templateMessage", List.of("hydratedTemplate.hydratedContentText")),
            Map.entry("templateButtonReplyMessage", List.of("selectedDisplayText")),
            Map.entry("interactiveMessage", List.of("body.text")),
            Map.entry("interactiveResponseMessage", List.of("body.text")),
            Map.entry("reactionMessage", List.of("text")));

    /** The content {@code message} without its wrappers; empty when there is nothing in it. */
    static Optional<MessageContent> of(JsonObject message) {
        JsonObject content = message;
        for (int depth = 0; depth < DEEPEST; depth++) {
            Optional<JsonObject> inner = wrapped(content);
            if (inner.isEmpty()) {
                break;
            }
            content = inner.get();
        }
        for (String name : content.names()) {
            if (!BESIDE.contains(name) && ProtoJson.member(content, name).isPresent()) {
                return Optional.of(new MessageContent(name, content));
            }
        }
        return Optional.empty();
    }

    private static Optional<JsonObject> wrapped(JsonObject content) {
        for (String name : content.names()) {
            if (WRAPPERS.contains(name)) {
                Optional<JsonObject> inner =
                        ProtoJson.object(content, name).flatMap(wrapper -> ProtoJson.object(wrapper, "message"));
                if (inner.isPresent()) {
                    return inner;
                }
            }
        }
        return Optional.empty();
    }

    MessageKind kind() {
        return KINDS.getOrDefault(member, MessageKind.OTHER);
    }

    /** What stands in the member, when that is an object. */
    Optional<JsonObject> body() {
        return ProtoJson.object(around, member);
    }

    /** The words of it: a text, a caption, a name. */
    Optional<String> words() {
        if (member.equals("conversation")) {
            return ProtoJson.text(around, member);
        }
        for (String path : WORDS.getOrDefault(member, List.of())) {
            Optional<String> words = body().flatMap(body -> at(body, path));
            if (words.isPresent()) {
                return words;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> at(JsonObject body, String path) {
        int point = path.indexOf('.');
        return point < 0
                ? ProtoJson.text(body, path)
                : ProtoJson.object(body, path.substring(0, point))
                        .flatMap(inner -> ProtoJson.text(inner, path.substring(point + 1)));
    }

    /** What it answers, who is mentioned, when it disappears. */
    Optional<JsonObject> contextInfo() {
        return body().flatMap(body -> ProtoJson.object(body, "contextInfo"));
    }

    /** The file that belongs to it. */
    Optional<Media> media() {
        return switch (kind()) {
            case IMAGE, VIDEO, AUDIO, DOCUMENT, STICKER -> body().map(body -> new Media(kind(), body));
            default -> Optional.empty();
        };
    }
}
