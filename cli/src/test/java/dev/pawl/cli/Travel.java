package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.tck.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A session that goes to a server and back, with every command that looks at it there. None of them shows the secret. */
final class Travel {

    private Travel() {}

    /**
     * Takes it there, back and away again.
     *
     * @param store the session {@code main} of a store where there is nothing yet
     * @param secret that is in the locator
     * @return what {@code inspect} says of it there
     */
    static String thereAndBack(Path temp, String store, String secret) {
        Path original = Samples.copyTo(temp, "paired");
        assertThat(Run.pawl("inspect", store).status()).isEqualTo(1);

        List<Run> runs = new ArrayList<>(List.of(
                Run.pawl("migrate", "baileys:" + original, store),
                Run.pawl("verify", store),
                Run.pawl("inspect", store),
                Run.pawl("inspect", "--json", store),
                Run.pawl("sessions", store),
                Run.pawl("keys", store),
                Run.pawl("migrate", store, "baileys:" + temp.resolve("back"))));

        assertThat(runs).extracting(Run::status).containsOnly(0);
        assertThat(Directories.records(temp.resolve("back"))).isEqualTo(Directories.records(original));
        assertThat(runs.get(4).lines()).containsExactly("main");
        assertThat(Run.pawl("get", store, "creds").bytes()).isEqualTo(Samples.bytes("paired", "creds.json"));
        runs.add(Run.pawl("erase", "--yes", store));
        runs.add(Run.pawl("keys", store));
        assertThat(runs.get(7).status()).isZero();
        assertThat(runs.get(8).status()).isEqualTo(1);
        assertThat(runs).noneMatch(run -> (run.out() + run.err()).contains(secret));
        return runs.get(2).out();
    }

    /** A command that is refused: nothing on standard output, and one line with code and reason, without the secret. */
    static void assertRefused(Run run, int status, String reason, String secret) {
        assertThat(run.status()).as(run.err()).isEqualTo(status);
        assertThat(run.bytes()).isEmpty();
        assertThat(run.err())
                .startsWith("STORE_")
                .contains(reason)
                .hasLineCount(1)
                .doesNotContain(secret);
    }
}
