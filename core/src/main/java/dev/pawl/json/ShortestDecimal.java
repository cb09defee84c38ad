package dev.pawl.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Finite {@code double}s as ECMAScript's {@code Number::toString} writes them.
 *
 * <p>{@code Double.toString} is of no use here: before JDK 19 it gives too many digits for some values, and it never
 * gives fewer than two. This looks for the fewest digits with exact arithmetic instead.
 */
final class ShortestDecimal {
    private static final double EXACT_INTEGERS = 1L << 53;

    /** Seventeen significant digits tell any two doubles apart. */
    private static final int ALWAYS_ENOUGH = 17;

    private ShortestDecimal() {}

    /** The text of {@code value}, which must be finite. */
    static String of(double value) {
        if (value == Math.rint(value) && Math.abs(value) < EXACT_INTEGERS) {
            return Long.toString((long) value);
        }
        String sign = value < 0 ? "-" : "";
        return sign + layOut(shortest(Math.abs(value)));
    }

    /** The decimal of fewest digits that reads back as {@code value}; of those, the one closest to it. */
    private static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        BigDecimal found = round(exact, ALWAYS_ENOUGH, value);
        int tooFew = 0;
        int enough = ALWAYS_ENOUGH;
        while (enough - tooFew > 1) {
            int digits = (tooFew + enough) >>> 1;
            BigDecimal candidate = round(exact, digits, value);
            if (candidate.doubleValue() == value) {
                found = candidate;
                enough = digits;
            } else {
                tooFew = digits;
            }
        }
        return found.stripTrailingZeros();
    }

    /**
     * {@code exact} in {@code digits} digits: the nearest decimal, unless only the one on the other side reads back as
     * {@code value} (above a power of two the neighbours are twice as far apart as below).
     */
    private static BigDecimal round(BigDecimal exact, int digits, double value) {
        BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        if (nearest.doubleValue() == value) {
            return nearest;
        }
        RoundingMode away = nearest.compareTo(exact) < 0 ? RoundingMode.UP : RoundingMode.DOWN;
        return exact.round(new MathContext(digits, away));
    }

    /** Places the decimal point and the exponent as ECMA-262 does; {@code decimal} is above 0. */
    private static String layOut(BigDecimal decimal) {
        String digits = decimal.unscaledValue().toString();
        int point = digits.length() - decimal.scale();
        if (point > 21 || point < -5) {
            int exponent = point - 1;
            String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
            return digits.charAt(0) + fraction + (exponent < 0 ? "e-" : "e+") + Math.abs(exponent);
        }
        if (point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        if (point >= digits.length()) {
            return digits + "0".repeat(point - digits.length());
        }
        return digits.substring(0, point) + "." + digits.substring(point);
    }
}
