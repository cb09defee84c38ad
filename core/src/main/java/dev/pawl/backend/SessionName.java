package dev.pawl.backend;

import java.util.regex.Pattern;

/**
 * The name of one linked device's session inside a store: {@code [A-Za-z0-9][A-Za-z0-9._@+-]{0,127}}, compared exactly, ordered by code unit.
 *
 * <p>The type is the check of the shape. Where storage does not tell upper from lower case, a backend encodes the name.
 */
public final class SessionName implements Comparable<SessionName> {

    /** The session that every store has unless it was given another: {@code default}. */
    public static final SessionName DEFAULT = new SessionName("default");

    /** Pawl's own rows of a store, such as the beats of live processes. Listings leave it out and {@link #of} refuses it. */
    public static final SessionName PAWL = new SessionName("@pawl");

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}");

    private final String name;

    private SessionName(String name) {
        this.name = name;
    }

    /**
     * The session of this name.
     *
     * @throws IllegalArgumentException when the name has another shape than the class comment says
     */
    public static SessionName of(String name) {
        if (!VALID.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a session name has 1 to 128 characters of A-Z a-z 0-9 . _ @ + - and starts with a letter or digit");
        }
        return new SessionName(name);
    }

    /** The name as text, as {@link #of} took it. */
    public String name() {
        return name;
    }

    @Override
    public int compareTo(SessionName other) {
        return name.compareTo(other.name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionName that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
