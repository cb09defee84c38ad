package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Pawl;
import dev.pawl.cli.PawlCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on line, in a process of its own. It stands in this package for the stand-in of the server. */
class ConnectCommandTest {

    @TempDir
    Path directory;

    private Process connect(WhatsAppStandIn standIn, String... arguments) throws IOException {
        return start(standIn, standIn.directory(), arguments);
    }

    private Process start(WhatsAppStandIn standIn, Path packages, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PawlCommand.class.getName(),
                "connect"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(standIn.environment());
        builder.environment().put("NODE_OPTIONS", String.join(" ", standIn.preload()));
        builder.environment().put("PAWL_BAILEYS_PACKAGES", packages.toString());
        builder.environment().put("PAWL_CACHE", directory.resolve("cache").toString());
        return builder.start();
    }

    private static String until(BufferedReader lines, String wanted) throws IOException {
        List<String> before = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(wanted)) {
                return line;
            }
            before.add(line);
        }
        throw new AssertionError("no line with " + wanted + " after " + before);
    }

    @Test
    void pairsPrintsEventsAndResumes() throws Exception {
        String store = "native:" + directory.resolve("store") + "#main";
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Process first = connect(standIn, "--pairing-code", Person.ME.number(), store);
            WhatsAppStandIn.Device device;
            try (BufferedReader said = first.errorReader(StandardCharsets.UTF_8);
                    BufferedReader printed = first.inputReader(StandardCharsets.UTF_8)) {
                String code = until(said, "Type this code").replaceFirst(".*: ", "");
                device = standIn.enterCode(code);
                until(said, "connected as " + Person.ME.number());
                standIn.awaitLive(device);
                standIn.send(Person.ANA, device, "to be printed");
                assertThat(until(printed, "to be printed")).startsWith("{\"event\":\"");
            } finally {
                first.destroy();
            }
            assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
            standIn.awaitGone(device);
            try (Pawl pawl = Pawl.open("native:" + directory.resolve("store"))) {
                assertThat(pawl.auth("main").credentials().orElseThrow().me()).isPresent();
            }

            Process second = connect(standIn, store);
            try (BufferedReader said = second.errorReader(StandardCharsets.UTF_8)) {
                until(said, "connected as " + Person.ME.number());
            } finally {
                second.destroy();
            }
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aSecondCommandIsRefusedUnlessItTakesOver() throws Exception {
        String store = "sqlite:" + directory.resolve("store.db");
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Process holder = connect(standIn, "--pairing-code", Person.ME.number(), store);
            try (BufferedReader said = holder.errorReader(StandardCharsets.UTF_8);
                    BufferedReader printed = holder.inputReader(StandardCharsets.UTF_8)) {
                WhatsAppStandIn.Device device =
                        standIn.enterCode(until(said, "Type this code").replaceFirst(".*: ", ""));
                until(said, "connected as " + Person.ME.number());
                standIn.awaitLive(device);

                Process refused = connect(standIn, store);
                try (BufferedReader why = refused.errorReader(StandardCharsets.UTF_8)) {
                    assertThat(until(why, "STORE_IN_USE")).contains("process " + holder.pid() + " on ");
                }
                assertThat(refused.waitFor()).isEqualTo(1);
                standIn.send(Person.ANA, device, "the holder goes on");
                until(printed, "the holder goes on");

                Process heir = connect(standIn, "--take-over", store);
                try (BufferedReader heard = heir.errorReader(StandardCharsets.UTF_8);
                        BufferedReader events = heir.inputReader(StandardCharsets.UTF_8)) {
                    until(heard, "connected as " + Person.ME.number());
                    assertThat(until(said, "LEASE_LOST")).startsWith("LEASE_LOST sqlite:");
                    assertThat(holder.waitFor(60, TimeUnit.SECONDS)).isTrue();
                    assertThat(holder.exitValue()).isEqualTo(1);
                    standIn.awaitLive(device);
                    standIn.send(Person.ANA, device, "the heir goes on");
                    until(events, "the heir goes on");
                } finally {
                    heir.destroy();
                }
                assertThat(heir.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                holder.destroy();
            }
        }
    }

    @Test
    void drawsTheCodeToScan() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Process process = connect(standIn, "native:" + directory.resolve("store"));
            try (BufferedReader said = process.errorReader(StandardCharsets.UTF_8)) {
                until(said, "██ ▄▄▄▄▄ █");
            } finally {
                process.destroy();
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theLastLineSaysWithACodeWhyItGaveUp() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Process process = start(standIn, empty, "native:" + directory.resolve("store"));
            try (BufferedReader said = process.errorReader(StandardCharsets.UTF_8)) {
                assertThat(said.lines().reduce("", (before, line) -> line))
                        .startsWith("TRANSPORT_FAILED native:")
                        .contains("there is no Baileys in " + empty, "npm ci");
            } finally {
                process.destroy();
            }
            assertThat(process.waitFor()).isEqualTo(1);
        }
    }
}
