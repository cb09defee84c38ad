package dev.pawl.message;

import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The words that texts are found by: runs of letters and digits, without accents, in small letters, in their
 * compatibility form (so that full-width letters are letters).
 */
final class SearchWords {

    private SearchWords() {}

    /** The words of a text, each once, in their order. */
    static Set<String> of(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKD);
        Set<String> words = new LinkedHashSet<>();
        StringBuilder word = new StringBuilder();
        int at = 0;
        while (at < plain.length()) {
            int character = plain.codePointAt(at);
            at += Character.charCount(character);
            if (Character.isLetterOrDigit(character)) {
                word.appendCodePoint(Character.toLowerCase(character));
            } else if (!isMark(character)) {
                end(word, words);
            }
        }
        end(word, words);
        return words;
    }

    private static void end(StringBuilder word, Set<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static boolean isMark(int character) {
        int type = Character.getType(character);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }
}
