package dev.pawl.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Text as Redis has it: bytes, for us always UTF-8. */
final class Text {

    private Text() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    static String of(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    static List<byte[]> list(String... texts) {
        List<byte[]> list = new ArrayList<>(texts.length);
        for (String text : texts) {
            list.add(bytes(text));
        }
        return list;
    }

    /** A pattern of SCAN that means just this text. */
    static String literal(String text) {
        return text.replaceAll("[*?\\[\\]\\\\]", "\\\\$0");
    }
}
