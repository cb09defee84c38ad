package dev.pawl.property;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One try of a rule that holds for any value, and the values it drew. The same seed draws the same values in every
 * run, and another seed is one edit away. Each try has a seed of its own: a failure names it with what was drawn, and
 * {@code -Dpawl.try=SEED} repeats that try alone.
 *
 * <p><b>Not supported.</b> Looking for a smaller value that fails too.
 */
public final class Tries {

    private static final int MOST_BYTES = 256;

    private final Random random;
    /** How to show each: not before it has to be, since showing a value may already do something with it. */
    private final Map<String, Supplier<String>> drawn = new LinkedHashMap<>();

    private Tries(long seed) {
        this.random = new Random(seed);
    }

    /**
     * Tries a rule.
     *
     * @param rule draws its values from what it is given, and throws when it does not hold for them
     * @throws AssertionError of the first try that failed, with its seed and its values
     */
    public static void of(int count, long seed, Consumer<Tries> rule) {
        Long alone = Long.getLong("pawl.try");
        of(count, seed, alone == null ? OptionalLong.empty() : OptionalLong.of(alone), rule);
    }

    /**
     * Likewise.
     *
     * @param alone the seed of the only try to make
     */
    static void of(int count, long seed, OptionalLong alone, Consumer<Tries> rule) {
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int number = 1; number <= (alone.isPresent() ? 1 : count); number++) {
            long own = alone.orElseGet(seeds::nextLong);
            Tries values = new Tries(own);
            try {
                rule.accept(values);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "try " + number + " of " + count + ", which -Dpawl.try=" + own + " repeats, with "
                                + values.shown() + ": " + e.getMessage(),
                        e);
            }
        }
    }

    /**
     * Draws a value.
     *
     * @param name what it is called where the rule does not hold for it
     * @param source makes it up, from nothing but what it is given
     */
    public <T> T draw(String name, Function<Random, T> source) {
        return draw(name, source, Tries::shown);
    }

    /** Likewise, of a type that does not show its content by itself. */
    public <T> T draw(String name, Function<Random, T> source, Function<T, String> shown) {
        T value = source.apply(random);
        drawn.put(name, () -> shown.apply(value));
        return value;
    }

    private Map<String, String> shown() {
        Map<String, String> shown = new LinkedHashMap<>();
        drawn.forEach((name, text) -> shown.put(name, text.get()));
        return shown;
    }

    /** Any number: as often as not near zero, a power of two or the end of a type, where rules break. */
    public static long number(Random random) {
        if (random.nextBoolean()) {
            return random.nextLong();
        }
        long edge = random.nextInt(8) == 0 ? Long.MIN_VALUE : (1L << random.nextInt(64)) - 1;
        return (random.nextBoolean() ? edge : -edge) + random.nextInt(3) - 1;
    }

    /** A few bytes as often as many, and one value again and again as often as any: at most 256. */
    public static byte[] bytes(Random random) {
        byte[] content = new byte[random.nextInt(1 + random.nextInt(MOST_BYTES + 1))];
        random.nextBytes(content);
        if (random.nextInt(8) == 0) {
            Arrays.fill(content, (byte) (random.nextBoolean() ? 0 : random.nextInt()));
        }
        return content;
    }

    /** A text of at most so many pieces, each of them one of these as often as any character, also half of one. */
    public static String text(Random random, int most, String... pieces) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(most + 1); left > 0; left--) {
            if (random.nextBoolean()) {
                text.append(pieces[random.nextInt(pieces.length)]);
            } else {
                text.appendCodePoint(
                        random.nextInt(Math.min(1 << random.nextInt(7, 22), Character.MAX_CODE_POINT + 1)));
            }
        }
        return text.toString();
    }

    private static String shown(Object value) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        StringBuilder shown = new StringBuilder();
        for (char c : value.toString().toCharArray()) {
            shown.append(c >= ' ' && c <= '~' ? "" + c : String.format("\\u%04x", (int) c));
        }
        return "\"" + shown + "\"";
    }
}
