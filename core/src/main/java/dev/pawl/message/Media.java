package dev.pawl.message;

import dev.pawl.event.ProtoJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The file of a message: where WhatsApp's servers keep it and how to decrypt it. Not the file itself.
 *
 * <p>Bytes are real bytes, whichever of their forms is stored. Shown as text it never tells a key.
 *
 * @param kind what kind of file
 * @param json what is stored about it, such as the {@code imageMessage}
 */
public record Media(MessageKind kind, JsonObject json) {

    /** Its type, such as {@code image/jpeg}. */
    public Optional<String> mimetype() {
        return ProtoJson.text(json, "mimetype");
    }

    /** The key by which it is decrypted, 32 bytes: a secret. */
    public Optional<Bytes> mediaKey() {
        return ProtoJson.bytes(json, "mediaKey");
    }

    /** Where it lies, relative to whichever server serves files at the time. */
    public Optional<String> directPath() {
        return ProtoJson.text(json, "directPath");
    }

    /** Where it lay when the message was sent. */
    public Optional<String> url() {
        return ProtoJson.text(json, "url");
    }

    /** How long the file is, in bytes. */
    public OptionalLong fileLength() {
        return ProtoJson.integer(json, "fileLength");
    }

    /** The SHA-256 of the file. */
    public Optional<Bytes> fileSha256() {
        return ProtoJson.bytes(json, "fileSha256");
    }

    /** The SHA-256 of what lies on the server, encrypted. */
    public Optional<Bytes> encryptedSha256() {
        return ProtoJson.bytes(json, "fileEncSha256");
    }

    /** What a file is called. */
    public Optional<String> fileName() {
        return ProtoJson.text(json, "fileName");
    }

    /** How long sound or video plays, in seconds. */
    public OptionalLong seconds() {
        return ProtoJson.integer(json, "seconds");
    }

    /** A small picture of it. */
    public Optional<Bytes> thumbnail() {
        return ProtoJson.bytes(json, "jpegThumbnail").or(() -> ProtoJson.bytes(json, "pngThumbnail"));
    }

    @Override
    public String toString() {
        return "Media[" + kind + "]";
    }
}
