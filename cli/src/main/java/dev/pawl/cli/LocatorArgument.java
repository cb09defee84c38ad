package dev.pawl.cli;

import dev.pawl.backend.Locator;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a store's name from the command line: a locator, or {@code @file} for a file that holds one. */
final class LocatorArgument implements ITypeConverter<Locator> {

    @Override
    public Locator convert(String text) {
        try {
            Locator locator = Locator.parse(text.startsWith("@") ? inFile(text.substring(1)) : text);
            requireDecodable(locator);
            return locator;
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    /** Backends decode the path when they need it, which is too late to call it wrong usage. */
    private static void requireDecodable(Locator locator) {
        locator.path();
    }

    private static String inFile(String name) {
        try {
            List<String> lines = Files.readAllLines(Path.of(name)).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (lines.size() != 1) {
                throw new TypeConversionException(
                        "the file " + name + " holds " + lines.size() + " lines, not one with a store's name");
            }
            return lines.get(0);
        } catch (CharacterCodingException e) {
            throw new TypeConversionException("the file " + name + " is not text in UTF-8");
        } catch (IOException | InvalidPathException e) {
            throw new TypeConversionException("cannot read the file " + name + " that should hold a store's name");
        }
    }
}
