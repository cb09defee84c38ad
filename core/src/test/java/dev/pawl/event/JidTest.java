package dev.pawl.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JidTest {

    @ParameterizedTest
    @CsvSource({
        "6281:17@s.whatsapp.net, 6281@s.whatsapp.net",
        "6281_1:5@s.whatsapp.net, 6281@s.whatsapp.net",
        "6281_128:99@hosted, 6281@s.whatsapp.net",
        "111@lid, 111@lid",
        "111:3@lid, 111@lid",
        "111:99@hosted.lid, 111@lid",
        "1203@g.us, 1203@g.us",
        "6281-1600@g.us, 6281-1600@g.us",
        "status@broadcast, status@broadcast",
        "1203@newsletter, 1203@newsletter",
        "0@c.us, 0@s.whatsapp.net",
        "6281@c.us, 6281@s.whatsapp.net",
        "867051314767696@bot, 867051314767696@bot",
        "@s.whatsapp.net, @s.whatsapp.net",
        "nojid, nojid"
    })
    void deviceAndAgentGoAndServersHaveOneName(String text, String normalised) {
        assertThat(Jid.normalised(text)).isEqualTo(normalised);
        assertThat(Jid.normalised(normalised)).isEqualTo(normalised);
    }

    @Test
    void onlyALidAndAPhoneNumberOfPeopleAreAPair() {
        JidPair pair = new JidPair("111", "6281");

        assertThat(JidPair.of("111:3@lid", "6281:5@s.whatsapp.net")).contains(pair);
        assertThat(JidPair.of("6281@c.us", "111@hosted.lid")).contains(pair);
        assertThat(JidPair.of("111@lid", "222@lid")).isEmpty();
        assertThat(JidPair.of("6281@s.whatsapp.net", "6281@s.whatsapp.net")).isEmpty();
        assertThat(JidPair.of("1203@g.us", "111@lid")).isEmpty();
        assertThat(JidPair.of("@lid", "6281@s.whatsapp.net")).isEmpty();
        assertThat(JidPair.of("nojid", "111@lid")).isEmpty();
    }
}
