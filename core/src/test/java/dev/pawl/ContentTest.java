package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.MessageKey;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.message.WaMessage;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is sent is what Baileys' {@code sendMessage} takes. */
class ContentTest {

    private static final WaMessage QUESTION = WaMessage.of((JsonObject) JsonValue.parse(
            "{\"key\":{\"remoteJid\":\"1@g.us\",\"fromMe\":false,\"id\":\"Q\",\"participant\":\"2@lid\"},"
                    + "\"message\":{\"conversation\":\"ready?\"}}"));

    @Test
    void eachKindHasTheShapeOfBaileys() {
        assertThat(text(Content.text("hi").mention("1@s.whatsapp.net")))
                .isEqualTo("{\"text\":\"hi\",\"mentions\":[\"1@s.whatsapp.net\"]}");
        assertThat(text(Content.image(Path.of("/tmp/a.png")).caption("look")))
                .isEqualTo("{\"image\":{\"url\":\"/tmp/a.png\"},\"caption\":\"look\"}");
        assertThat(text(Content.document(Path.of("/tmp/a.pdf"), "application/pdf")))
                .isEqualTo(
                        "{\"document\":{\"url\":\"/tmp/a.pdf\"},\"mimetype\":\"application/pdf\",\"fileName\":\"a.pdf\"}");
        assertThat(text(Content.location(-6.2, 106.8)))
                .isEqualTo("{\"location\":{\"degreesLatitude\":-6.2,\"degreesLongitude\":106.8}}");
        assertThat(text(Content.contact("Ann", "BEGIN:VCARD")))
                .isEqualTo(
                        "{\"contacts\":{\"displayName\":\"Ann\",\"contacts\":[{\"displayName\":\"Ann\",\"vcard\":\"BEGIN:VCARD\"}]}}");
        assertThat(text(Content.reaction(QUESTION, "x")))
                .isEqualTo("{\"react\":{\"text\":\"x\",\"key\":{\"remoteJid\":\"1@g.us\",\"fromMe\":false,\"id\":\"Q\","
                        + "\"participant\":\"2@lid\"}}}");
        assertThat(text(Content.reaction(MessageKey.of("1@s.whatsapp.net", "A", true), "")))
                .isEqualTo(
                        "{\"react\":{\"text\":\"\",\"key\":{\"remoteJid\":\"1@s.whatsapp.net\",\"fromMe\":true,\"id\":\"A\"}}}");
    }

    @Test
    void aFileIsNamedByItsWholePath() {
        assertThat(text(Content.video(Path.of("clip.mp4"))))
                .contains(Path.of("clip.mp4").toAbsolutePath().toString());
    }

    @Test
    void anAnswerCarriesWhatItAnswers() {
        Content answer = Content.text("yes").replyTo(QUESTION);
        assertThat(text(answer)).isEqualTo("{\"text\":\"yes\"}");
        assertThat(answer.options().get("quoted")).contains(QUESTION.json());
        assertThat(answer.snapshot("1@g.us").names()).containsExactly("recipient", "content", "options");
    }

    @Test
    void whatItSaysIsNotShown() {
        assertThat(Content.text("secret")).hasToString("Content[text]");
    }

    private static String text(Content content) {
        return content.json().toText();
    }
}
