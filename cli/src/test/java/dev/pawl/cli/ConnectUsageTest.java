package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code pawl connect} refuses before it asks for Node or a server. */
class ConnectUsageTest {

    @TempDir
    private Path temp = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"abc", "1234567", "1234567890123456", ""})
    void whatIsNoPhoneNumberIsWrongUsageAndNothingIsMade(String number) {
        Run run = Run.pawl("connect", "--pairing-code", number, "native:" + temp.resolve("store"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("pawl connect: --pairing-code").hasLineCount(1);
        assertThat(temp.resolve("store")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory:", "sqlite::memory:"})
    void noDeviceIsPairedThatWouldBeForgotten(String store) {
        Run run = Run.pawl("connect", store);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("forgotten").hasLineCount(1);
    }
}
