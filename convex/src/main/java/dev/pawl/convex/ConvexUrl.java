package dev.pawl.convex;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/** The URL of a deployment, written in one way only. */
final class ConvexUrl {

    private static final Pattern LOOPBACK = Pattern.compile("(.*\\.)?localhost|127(\\.\\d{1,3}){3}|\\[(0*:){2,7}0*1]");

    private ConvexUrl() {}

    /**
     * Reads one.
     *
     * @return without a slash at the end, scheme and host in small letters
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static String parse(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "a Convex deployment has a URL like https://happy-otter-123.convex.cloud");
        }
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (url.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException(
                    "a Convex deployment has a URL like https://happy-otter-123.convex.cloud");
        }
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the URL of a Convex deployment has neither user nor query nor fragment");
        }
        int standard = scheme.equals("https") ? 443 : 80;
        String port = url.getPort() < 0 || url.getPort() == standard ? "" : ":" + url.getPort();
        String path = String.valueOf(url.getRawPath()).replaceAll("/+$", "");
        return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + port + path;
    }

    /** Whether others may read on the way what is sent there: it is not TLS, and not this machine. Asks no name server. */
    static boolean isOpen(String url) {
        String host = String.valueOf(URI.create(url).getHost());
        return url.startsWith("http:") && !LOOPBACK.matcher(host).matches();
    }
}
