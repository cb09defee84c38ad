package dev.pawl.cli;

import dev.pawl.json.JsonString;
import java.util.regex.Pattern;

/**
 * Text from a store as it is shown to people: unambiguous, on one line, and unable to steer a terminal.
 *
 * <p>A name that is harmless is shown as it is. Any other is shown as a JSON string, and a name that begins with a quote is
 * never shown as it is, so what begins with a quote is always JSON.
 */
final class Plain {

    private static final Pattern PASSWORD = Pattern.compile("(//[^:/@\\s]*):[^\\s]+@");

    private Plain() {}

    /** A name on a line of its own. */
    static String name(String name) {
        boolean harmless = !name.isEmpty()
                && !name.startsWith("\"")
                && name.strip().equals(name)
                && name.codePoints().noneMatch(Plain::steers);
        return harmless ? name : quoted(name);
    }

    /** A name in a table, where spaces end a cell. */
    static String cell(String name) {
        return name.codePoints().anyMatch(Character::isWhitespace) ? quoted(name) : name(name);
    }

    /** A message on one line, without passwords of locators. */
    static String line(String message) {
        StringBuilder line = new StringBuilder();
        PASSWORD.matcher(message)
                .replaceAll("$1:***@")
                .codePoints()
                .forEach(point -> line.append(steers(point) ? escaped(point) : Character.toString(point)));
        return line.toString();
    }

    private static String quoted(String name) {
        String json = new JsonString(name).toText();
        StringBuilder quoted = new StringBuilder();
        json.codePoints().forEach(point -> quoted.append(steers(point) ? escaped(point) : Character.toString(point)));
        return quoted.toString();
    }

    /** Control characters, line separators, and the marks that turn the direction of text around. */
    private static boolean steers(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    private static String escaped(int point) {
        StringBuilder escaped = new StringBuilder();
        for (char unit : Character.toChars(point)) {
            escaped.append(String.format("\\u%04x", (int) unit));
        }
        return escaped.toString();
    }
}
