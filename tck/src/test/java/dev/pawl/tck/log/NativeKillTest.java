package dev.pawl.tck.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.file.log.NativeBackend;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.KilledWriterTck;
import dev.pawl.tck.process.StoreChild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that writes to a native log is killed at some moment. */
final class NativeKillTest extends KilledWriterTck {

    @Override
    protected String locator(Path place, int number) {
        // What is written and not forced survives a kill as well.
        return "native:" + place + (number % 3 == 1 ? "?durability=relaxed" : "");
    }

    @Override
    protected ChildProcess start(Path errors) throws IOException {
        String warmUp = "native:" + Files.createTempDirectory(errors, "warm-up");
        return ChildProcess.start(errors, List.of(), StoreChild.class, warmUp);
    }

    @Override
    protected Backend open(Path place, Access access) {
        return NativeBackend.open(place, access);
    }

    @Override
    protected boolean exists(Path place) {
        return Files.exists(place);
    }

    @Override
    protected void requireNothingBeside(List<String> names, Before before) {
        // A log in the making stays until the next one is made, or the session is erased.
        String endings =
                "\\.(log|log\\.new|checkpoint|cut-\\d+-\\d+" + (before == Before.CLOSED ? ")" : "|checkpoint\\.new)");
        assertThat(names).allMatch(name -> name.equals("lock") || name.matches("(one|two|default|@pawl)" + endings));
    }
}
