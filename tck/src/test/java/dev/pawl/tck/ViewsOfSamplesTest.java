package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AppStateSyncKey;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.SenderKeyRecord;
import dev.pawl.auth.SessionRecord;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.json.Bytes;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record that real Baileys wrote is read by the view of its type, and written back as the same bytes. */
class ViewsOfSamplesTest {

    private static final String CREDENTIALS = "creds.json";

    /** Written by Baileys from a plain object instead of a message; Baileys itself writes it anew in its usual form. */
    private static final String PLAIN_APP_STATE_KEY = "app-state/app-state-sync-key-cGxhaW4=.json";

    private static Stream<Sample> credentials() {
        return samples().filter(sample -> sample.file().equals(CREDENTIALS));
    }

    private static Stream<Sample> keys() {
        return samples().filter(sample -> !sample.file().equals(CREDENTIALS));
    }

    private static Stream<Sample> samples() {
        return Stream.concat(Samples.accounts().stream(), Stream.of("legacy-6.7-receiver"))
                .flatMap(name -> Samples.files(name).stream().map(file -> new Sample(name, file)));
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void credentialsAreReadWholeAndKept(Sample sample) {
        Credentials credentials = Credentials.parse(sample.text());

        assertThat(credentials.text()).isEqualTo(sample.text());
        assertThat(credentials.json().toBytes()).isEqualTo(sample.text());
        assertThat(credentials
                        .with(
                                "registrationId",
                                credentials.json().get("registrationId").orElseThrow())
                        .text())
                .isEqualTo(sample.text());
        assertThat(credentials.noiseKey().matches()).isTrue();
        assertThat(credentials.signedIdentityKey().matches()).isTrue();
        assertThat(credentials
                        .signedPreKey()
                        .isSignedBy(credentials.signedIdentityKey().publicKey()))
                .isTrue();
        assertThat(credentials.nextPreKeyId()).isPresent();
        assertThat(credentials.paired()).isEqualTo(credentials.me().isPresent());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void keysAreWrittenBackByteForByte(Sample sample) {
        Bytes again = rewritten(sample.type(), sample);

        if (sample.path().equals(PLAIN_APP_STATE_KEY)) {
            assertThat(again.utf8()).isNotEqualTo(sample.text().utf8()).contains("\"timestamp\":\"1760000000\"");
        } else {
            assertThat(again.utf8()).isEqualTo(sample.text().utf8());
        }
    }

    @Test
    void everySampleTypeIsKnown() {
        assertThat(keys().map(sample -> sample.type().name()).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        KeyType.known().stream().map(KeyType::name).toList());
    }

    @Test
    void aRecordReadInItsPlainFormIsTheSameKey() {
        AppStateSyncKey key = KeyType.APP_STATE_SYNC_KEY.decode(
                "cGxhaW4=", new Sample("app-state", "app-state-sync-key-cGxhaW4=.json").text(), "here");

        assertThat(key.keyData().size()).isEqualTo(32);
        assertThat(key.timestamp()).hasValue(1760000000L);
    }

    @Test
    void aConversationShowsItsSessions() {
        SessionRecord bob = KeyType.SESSION.decode(
                "6281111111111.0", new Sample("session-bob", "session-6281111111111.0.json").text(), "here");

        assertThat(bob.version()).contains("v1");
        assertThat(bob.sessions()).isNotEmpty();
        assertThat(bob.open()).hasValueSatisfying(session -> {
            assertThat(session.startedByUs()).isFalse();
            assertThat(session.chains()).isPositive();
            assertThat(session.created()).isBeforeOrEqualTo(session.used());
        });
        assertThat(bob.sessions()).hasSize(bob.closed().size() + 1);
    }

    @ParameterizedTest
    @MethodSource("senderKeys")
    void aSenderKeyTellsWhetherItIsOurs(Sample sample) {
        SenderKeyRecord record = KeyType.SENDER_KEY.decode("id", sample.text(), "here");

        assertThat(record.states()).isNotEmpty().allSatisfy(state -> {
            assertThat(state.chainSeed().size()).isEqualTo(32);
            assertThat(state.signingPublicKey().size()).isEqualTo(33);
            assertThat(state.messageKeys())
                    .allSatisfy(key -> assertThat(key.seed().size()).isEqualTo(32));
            assertThat(state.signingPrivateKey().isPresent())
                    .isEqualTo(!sample.name().contains("receiver"));
        });
    }

    private static Stream<Sample> senderKeys() {
        return keys().filter(sample -> sample.type().equals(KeyType.SENDER_KEY));
    }

    @Test
    void damagedCredentialsAreNeverAbsent() {
        for (String name : Samples.corrupt()) {
            if (!Samples.files(name).contains(CREDENTIALS)) {
                continue;
            }
            Bytes text = new Sample(name, CREDENTIALS).text();
            if (name.endsWith("/whitespace-creds")) {
                assertThat(Credentials.parse(text).text()).isEqualTo(text);
            } else {
                assertThatThrownBy(() -> Credentials.parse(text)).as(name).isInstanceOf(CorruptDataException.class);
            }
        }
    }

    @Test
    void eachDamagedKeyIsDamagedAndTheSoundOneIsNot() {
        List<String> sound = Samples.files("corrupt/keys").stream()
                .filter(file -> {
                    Sample sample = new Sample("corrupt/keys", file);
                    try {
                        rewritten(sample.type(), sample);
                        return true;
                    } catch (CorruptDataException e) {
                        return false;
                    }
                })
                .toList();

        assertThat(sound).containsExactly("session-1.0.json");
    }

    private static <V> Bytes rewritten(KeyType<V> type, Sample sample) {
        return type.encode(type.decode("id", sample.text(), sample.path())).orElseThrow();
    }

    /** One file of a sample. */
    record Sample(String name, String file) {

        Bytes text() {
            return Bytes.wrap(Samples.bytes(name, file));
        }

        String path() {
            return name + "/" + file;
        }

        /** The longest type that the file's name begins with. */
        KeyType<?> type() {
            return KeyType.known().stream()
                    .filter(type -> file.startsWith(type.name() + "-"))
                    .max(Comparator.comparingInt(type -> type.name().length()))
                    .orElseThrow();
        }
    }
}
