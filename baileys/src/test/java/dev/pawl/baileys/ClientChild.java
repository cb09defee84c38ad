package dev.pawl.baileys;

import dev.pawl.tck.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JVM of its own with the client of session {@code main}, which connects, says {@code connected} and sends what is due, until it is killed. */
public final class ClientChild {

    private ClientChild() {}

    /** Starts one on these stores. */
    static ChildProcess start(WhatsAppStandIn standIn, Path directory, String... locators) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                directory.resolve("cache").toString(), standIn.directory().toString()));
        standIn.environment().forEach((name, value) -> arguments.addAll(List.of(name, value)));
        arguments.add("--");
        arguments.addAll(standIn.preload());
        arguments.add("--");
        arguments.addAll(Arrays.asList(locators));
        return ChildProcess.start(directory, List.of(), ClientChild.class, arguments.toArray(new String[0]));
    }

    /** Runs until its input ends, or until it is killed. */
    public static void main(String[] arguments) throws Exception {
        List<String> all = Arrays.asList(arguments);
        int first = all.indexOf("--");
        int second = all.lastIndexOf("--");
        Map<String, String> environment = new LinkedHashMap<>();
        for (int i = 2; i < first; i += 2) {
            environment.put(all.get(i), all.get(i + 1));
        }
        BaileysTransport transport = BaileysTransport.builder()
                .cache(Path.of(all.get(0)))
                .packages(Path.of(all.get(1)))
                .environment(environment)
                .nodeArguments(all.subList(first + 1, second))
                .build();
        String[] locators = all.subList(second + 1, all.size()).toArray(new String[0]);
        try (Program program = Program.open(transport, "main", locators)) {
            program.connect();
            System.out.println("connected");
            while (System.in.read() >= 0) {
                // What is said does not matter, only that it ends.
            }
        }
    }
}
