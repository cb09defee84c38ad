package dev.pawl.json;

import org.junit.jupiter.params.converter.TypedArgumentConverter;

/** Hands a parameter on as it is; an empty cell is the empty string. */
final class Verbatim extends TypedArgumentConverter<String, String> {
    Verbatim() {
        super(String.class, String.class);
    }

    @Override
    protected String convert(String source) {
        return source == null ? "" : source;
    }
}
