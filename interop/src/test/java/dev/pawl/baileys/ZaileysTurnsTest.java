package dev.pawl.baileys;

import dev.pawl.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** zaileys' quick start, as it stands in its README, and Pawl's client on its directory. */
class ZaileysTurnsTest {

    @TempDir
    Path directory;

    @Test
    void theQuickStartsDirectoryIsTakenOverAndHandedBack() throws Exception {
        String files =
                "zaileys:" + directory.resolve(".zaileys").resolve("auth").resolve("default");
        new ZaileysTurns(directory, JsonObject.EMPTY, files, "sqlite:" + directory.resolve("history.db")).take();
    }
}
