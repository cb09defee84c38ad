package dev.pawl.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.interop.BaileysAccount.Through;
import dev.pawl.interop.BaileysAccount.Update;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code pawl} command, as a process of its own, on a directory that real Baileys wrote and reads again. */
final class CommandInteropTest extends WithBaileys {

    @TempDir
    Path directory;

    private BaileysAccount account;
    private String locator;

    @BeforeEach
    void createAccount() {
        account = peer.create(directory.resolve("auth"));
        account.pair("6281111111111:3@s.whatsapp.net", "11122233344455:3@lid", "Contoh \uD83C\uDFEA");
        account.mintPreKeys(3);
        locator = "baileys:" + directory.resolve("auth");
    }

    @Test
    void getPrintsTheBytesThatNodeWrote() throws Exception {
        assertThat(pawl("", "get", locator, "creds"))
                .isEqualTo(done(AuthFiles.text(account.directory(), "creds.json")));
        assertThat(pawl("", "get", locator, "pre-key", "2"))
                .isEqualTo(done(account.get("pre-key", "2").orElseThrow()));
        assertThat(pawl("", "keys", locator, "pre-key")).isEqualTo(done("1\n2\n3\n"));
        Result missing = pawl("", "get", locator, "pre-key", "4");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.output()).isEmpty();
        assertThat(AuthFiles.of(account.directory())).hasSize(4);
    }

    @Test
    void nodeReadsTheBytesThatPutStored() throws Exception {
        String mapping = "\"11122233344455\"";
        assertThat(pawl(mapping, "put", locator, "lid-mapping", "6281111111111"))
                .isEqualTo(done(""));
        assertThat(account.get("lid-mapping", "6281111111111")).contains(mapping);

        String text = account.credentials().replace("\"platform\":\"android\"", "\"platform\":\"smba\"");
        assertThat(pawl(text, "put", locator, "creds")).isEqualTo(done(""));
        account.reload();
        assertThat(account.credentials()).isEqualTo(text).contains("smba");

        assertThat(pawl("0", "put", locator, "lid-mapping", "6281111111111").status())
                .isEqualTo(2);
        account.set(Through.FILES, List.of(Update.put("my-own-type", "a", "[\"of Node\"]")));
        assertThat(pawl("", "get", locator, "my-own-type", "a")).isEqualTo(done("[\"of Node\"]"));
    }

    private static Result done(String output) {
        return new Result(0, output);
    }

    /** Runs the command with a text as standard input, to its end. */
    private Result pawl(String input, String... arguments) throws IOException, InterruptedException {
        Path in = Files.writeString(directory.resolve("input"), input);
        Path out = directory.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes() + File.pathSeparator + System.getProperty("java.class.path"),
                "dev.pawl.cli.PawlCommand"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("pawl did not end: " + List.of(arguments));
        }
        return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    }

    private static Path classes() {
        Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        Path classes = module.resolveSibling("cli").resolve("target/classes");
        assertThat(classes).isDirectory();
        return classes;
    }

    /** How the command ended, and what it wrote to standard output. */
    private record Result(int status, String output) {}
}
