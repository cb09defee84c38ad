package dev.pawl.backend;

import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The words of a text as full-text search sees them, the same on every backend: runs of letters and digits, without case
 * and accents.
 *
 * <p>Letters that are written without spaces between words (Chinese, Japanese, Thai and the like) are a word each, so a
 * search for several of them finds texts that have all of them, in whatever order.
 */
public final class SearchWords {

    /** A longer word is the same as its beginning: no index takes words of any length. */
    private static final int LONGEST = 128;

    /** More different words of one text are left out. */
    private static final int MOST = 20_000;

    /** What stands behind so much text is left out. */
    private static final int CHARACTERS = 250_000;

    /** From here on letters may stand for words. */
    private static final int FIRST_WORD_LETTER = 0x0E00;

    private static final Set<Character.UnicodeScript> WITHOUT_SPACES = Set.of(
            Character.UnicodeScript.HAN,
            Character.UnicodeScript.HIRAGANA,
            Character.UnicodeScript.KATAKANA,
            Character.UnicodeScript.THAI,
            Character.UnicodeScript.LAO,
            Character.UnicodeScript.KHMER,
            Character.UnicodeScript.MYANMAR);

    private SearchWords() {}

    /** The different words of a text, in the order in which they first occur. Each holds letters, digits and marks only. */
    public static List<String> of(String text) {
        String plain = isAscii(text) ? text : Normalizer.normalize(text, Normalizer.Form.NFKD);
        int end = Math.min(plain.length(), CHARACTERS);
        Set<String> words = new LinkedHashSet<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < end && words.size() < MOST; ) {
            int c = plain.codePointAt(i);
            i += Character.charCount(c);
            int type = Character.getType(c);
            if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
                continue;
            }
            if (!Character.isLetterOrDigit(c) && type != Character.COMBINING_SPACING_MARK) {
                end(word, words);
            } else if (c >= FIRST_WORD_LETTER && WITHOUT_SPACES.contains(Character.UnicodeScript.of(c))) {
                end(word, words);
                word.appendCodePoint(c);
                end(word, words);
            } else if (word.length() < LONGEST) {
                // By way of the capital letter: some small letters have several forms.
                word.appendCodePoint(Character.toLowerCase(Character.toUpperCase(c)));
            }
        }
        end(word, words);
        return List.copyOf(words);
    }

    private static void end(StringBuilder word, Set<String> words) {
        if (word.length() > 0) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
