package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.json.Bytes;
import dev.pawl.migrate.Migration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

/** {@code docs/format/redis.md} says what is so: its commands give the answers that stand there, and its keys are there. */
class RedisFormatTest {

    private static final Path PAGE = Path.of("../docs/format/redis.md");
    private static final Pattern COMMAND = Pattern.compile("```redis\n(.*?)\n```\n\n```\n(.*?)```", Pattern.DOTALL);
    private static final SessionName SESSION = SessionName.of("demo");
    private static final String FRIEND = "6282222222222@s.whatsapp.net";

    /** A command of the page and the lines that it gives. */
    record Command(String text, List<String> answer) {

        @Override
        public String toString() {
            return text;
        }
    }

    @BeforeAll
    static void fill() {
        try (BaileysBackend sample = BaileysBackend.open(Path.of("../examples/baileys-session"), Access.READ_ONLY);
                Backend backend = TestRedis.builder("shop").open()) {
            Migration.from(sample, SessionName.DEFAULT).to(backend, SESSION).run();
            backend.commit(
                    SESSION,
                    Batch.of(
                            message("3EB0A1|1", 1_700_000_000, "Good evening!"),
                            message("3EB0A2|1", 1_700_000_000, "When shall we meet?"),
                            message("3A22F0|0", 1_700_000_120, "At eight, by the harbour"),
                            row(new Key(Family.LEASE, "", "auth"), 0, "{\"state\":\"held\"}"),
                            row(new Key(Family.CHAT, "", FRIEND), 1_700_000_120, "{}"),
                            row(new Key(Family.CONTACT, "", FRIEND), 0, "{}"),
                            row(new Key(Family.GROUP, "", "1203@g.us"), 0, "{}"),
                            row(new Key(Family.PRESENCE, FRIEND, FRIEND), 1_700_000_120, "{}"),
                            row(new Key(Family.LABEL, "label", "1"), 0, "{}"),
                            row(new Key(Family.ALIAS, "lid", "111"), 0, "\"222\""),
                            row(new Key(Family.JOB, "waiting", "1"), 1_700_000_120_000L, "{}"),
                            row(new Key(Family.SET_ASIDE, "reason", "1"), 0, "{}"),
                            row(new Key(Family.EXPIRY, "", "1"), 0, "{}"),
                            row(Key.ofKey("a:type", "1"), 0, "{}")));
        }
    }

    @AfterAll
    static void clear() {
        TestRedis.clear();
    }

    private static Row message(String id, long seconds, String text) {
        return row(
                new Key(Family.MESSAGE, FRIEND, id),
                seconds,
                "{\"key\":{\"id\":\"" + id.substring(0, id.indexOf('|')) + "\"},\"message\":{\"conversation\":\"" + text
                        + "\"}}");
    }

    private static Row row(Key key, long order, String value) {
        return Row.of(key, order, Bytes.utf8(value));
    }

    static List<Command> commands() throws IOException {
        List<Command> commands = new ArrayList<>();
        Matcher matcher = COMMAND.matcher(Files.readString(PAGE));
        while (matcher.find()) {
            commands.add(new Command(matcher.group(1), matcher.group(2).lines().toList()));
        }
        return commands;
    }

    @Test
    void thereAreAtLeastFiveCommandsAndEachHasItsAnswer() throws IOException {
        assertThat(commands())
                .hasSizeGreaterThanOrEqualTo(5)
                .hasSize(Files.readString(PAGE).split("```redis").length - 1)
                .noneMatch(command -> command.answer().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandGivesTheAnswerOfThePage(Command command) {
        String[] words = command.text().split(" ");
        try (RedisClient client = TestRedis.client()) {
            CommandArguments arguments =
                    new CommandArguments(Protocol.Command.valueOf(words[0].toUpperCase(Locale.ROOT)));
            Arrays.stream(words).skip(1).forEach(arguments::add);
            Object answer = client.executeCommand(arguments);
            assertThat(lines(answer)).isEqualTo(command.answer());
        }
    }

    private static List<String> lines(Object answer) {
        if (answer instanceof List<?> list) {
            return list.stream().flatMap(each -> lines(each).stream()).toList();
        }
        return List.of(answer instanceof byte[] bytes ? Text.of(bytes) : String.valueOf(answer));
    }

    @Test
    void everyKeyThatIsMadeStandsInTheTableWithItsType() throws IOException {
        List<String> table = Files.readString(PAGE)
                .lines()
                .filter(line -> line.startsWith("| `"))
                .toList();
        try (RedisClient client = TestRedis.client()) {
            for (String key : client.keys("shop*")) {
                String name = key.replaceFirst("^shop(/[^:]*)?", "").replaceFirst(":pawl:lane:.*", ":pawl:lane:");
                String type = client.type(key).replace("zset", "sorted set");
                assertThat(table)
                        .as("%s, a %s", key, type)
                        .anyMatch(line -> names(line).anyMatch(described -> describes(described, name))
                                && line.split("\\|", 4)[2].contains(type));
            }
        }
    }

    private static Stream<String> names(String line) {
        return Pattern.compile("`([^`]+)`")
                .matcher(line.split("(?<!\\\\)\\|")[1])
                .results()
                .map(result -> result.group(1).replaceFirst("^(P|<namespace>)", ""));
    }

    /** Whether a name like {@code :msg:<chat>} stands for a key. */
    private static boolean describes(String described, String name) {
        StringBuilder pattern = new StringBuilder();
        Matcher parts = Pattern.compile("<[^>]*>|[^<]+").matcher(described);
        while (parts.find()) {
            pattern.append(parts.group().startsWith("<") ? ".*" : Pattern.quote(parts.group()));
        }
        return name.matches("(?s)" + pattern) || described.startsWith(":pawl:lane:") && name.equals(":pawl:lane:");
    }
}
