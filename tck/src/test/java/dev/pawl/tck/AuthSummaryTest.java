package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthSummary;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthSummaryTest {

    private static final StoredAccount EXAMPLE = StoredAccount.of(Path.of("..", "examples", "baileys-session"));

    @TempDir
    Path directory;

    private static AuthSummary summary(StoredAccount account) {
        try (Backend backend = account.inMemory()) {
            return AuthSummary.of(backend, SessionName.DEFAULT);
        }
    }

    @Test
    void aPairedAccountSaysWhoItIsAndHowMuchItHolds() {
        AuthSummary summary = summary(EXAMPLE);

        assertThat(summary.credentials()).isEqualTo(AuthSummary.State.PRESENT);
        assertThat(summary.jid()).contains("6281234567890:17@s.whatsapp.net");
        assertThat(summary.lid()).contains("98765432109876:17@lid");
        assertThat(summary.platform()).contains("smba");
        assertThat(summary.paired()).isTrue();
        assertThat(summary.credentialsBytes())
                .isEqualTo(EXAMPLE.get(Key.CREDENTIALS).size());
        assertThat(summary.records()).isEqualTo(EXAMPLE.keys().size() - 1L);
        assertThat(summary.types())
                .extracting(AuthSummary.Type::name)
                .isSorted()
                .hasSize(10);
        assertThat(summary.types().stream().mapToLong(AuthSummary.Type::bytes).sum())
                .isEqualTo(EXAMPLE.keys().stream()
                                .mapToLong(key -> EXAMPLE.get(key).size())
                                .sum()
                        - summary.credentialsBytes());
    }

    @Test
    void anUnpairedAccountIsNobodyYet() {
        AuthSummary summary = summary(StoredAccount.of(Samples.copyTo(directory, "fresh")));

        assertThat(summary.credentials()).isEqualTo(AuthSummary.State.PRESENT);
        assertThat(summary.paired()).isFalse();
        assertThat(summary.jid()).isEmpty();
        assertThat(summary.types()).isEmpty();
    }

    @Test
    void absentAndDamagedCredentialsAreTwoAnswers() {
        assertThat(summary(EXAMPLE.without(Key.CREDENTIALS)).credentials()).isEqualTo(AuthSummary.State.ABSENT);
        assertThat(summary(EXAMPLE.with(Key.CREDENTIALS, Bytes.utf8("{\"noi"))).credentials())
                .isEqualTo(AuthSummary.State.DAMAGED);
    }

    @Test
    void recordsThatCannotBeReadAreCountedAsSuch() {
        try (Backend backend =
                StoredAccount.of(Samples.copyTo(directory, "corrupt/keys")).inDirectory(directory.resolve("keys"))) {
            AuthSummary summary = AuthSummary.of(backend, SessionName.DEFAULT);

            assertThat(summary.types())
                    .filteredOn(type -> type.name().equals("pre-key"))
                    .singleElement()
                    .satisfies(type -> {
                        assertThat(type.records()).isEqualTo(3);
                        assertThat(type.unreadable()).isEqualTo(2);
                    });
        }
    }

    @Test
    void itsTextSaysNothingOfWhoItIs() {
        AuthSummary summary = summary(EXAMPLE);

        assertThat(summary.toString()).doesNotContain("6281234567890").contains("54 records");
    }
}
