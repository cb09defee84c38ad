package dev.pawl.cli;

import dev.pawl.migrate.Part;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code auth}, {@code messages} or {@code jobs}. */
final class PartArgument implements ITypeConverter<Part> {

    @Override
    public Part convert(String text) {
        for (Part part : Part.values()) {
            if (part.name().toLowerCase(Locale.ROOT).equals(text.strip())) {
                return part;
            }
        }
        throw new TypeConversionException("a part is auth, messages or jobs");
    }
}
