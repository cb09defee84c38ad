package dev.pawl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The session directory that comes with the command, written by real Baileys for an account that does not exist. */
final class SampleSession {

    private static final String FOLDER = "sample/";

    private SampleSession() {}

    /** Copies it into a new directory that, like its files, only its owner can read. */
    static void copyTo(Path directory) {
        try {
            Files.createDirectory(directory);
            permit(directory, "rwx------");
            for (String name : names()) {
                try (InputStream in = SampleSession.class.getResourceAsStream(FOLDER + name)) {
                    if (in == null) {
                        throw new IOException("the sample has no " + name);
                    }
                    Files.copy(in, directory.resolve(name));
                    permit(directory.resolve(name), "rw-------");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy the sample to " + directory, e);
        }
    }

    private static void permit(Path path, String permissions) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }

    /** The files of the sample, whether it lies in a jar or in a directory of classes. */
    static List<String> names() throws IOException {
        URL credentials = SampleSession.class.getResource(FOLDER + "creds.json");
        if (credentials == null) {
            throw new IOException("this build of pawl comes without the sample");
        }
        URLConnection connection = credentials.openConnection();
        if (connection instanceof JarURLConnection jar) {
            jar.setUseCaches(false);
            try (JarFile file = jar.getJarFile()) {
                String folder = jar.getEntryName().replaceFirst("creds\\.json$", "");
                return file.stream()
                        .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(folder))
                        .map(entry -> entry.getName().substring(folder.length()))
                        .sorted()
                        .toList();
            }
        }
        try (Stream<Path> files = Files.list(Path.of(credentials.toURI()).resolveSibling(""))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
