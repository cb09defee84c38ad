package dev.pawl.convex;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.Key;
import dev.pawl.backend.Lifetime;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.JsonObject;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every family of any number of sessions in a Convex deployment, in the table of zaileys with columns beside its own:
 * what zaileys wrote is read there. The functions of Pawl have to be deployed first: the directory {@code convex/convex} of
 * this project, as {@code convex/README.md} says.
 *
 * <pre>{@code
 * Backend backend = ConvexBackend.builder().url("https://happy-otter-123.convex.cloud").secret(secret).open();
 * }</pre>
 *
 * <p><b>Durability.</b> That of Convex, which says that what was committed is kept. <b>Atomicity.</b> One mutation for a
 * batch, and so a serializable transaction. <b>Thread-safety.</b> Any number of threads and processes, without a lock:
 * Convex orders what touches the same rows.
 *
 * <p><b>Failures.</b> What is not answered, or with status 429 or 5xx, is tried again until the {@link Builder#patience}
 * ends. A batch is sent again under the same number, which the deployment applies once; {@link
 * dev.pawl.backend.InDoubtException} comes only when no answer comes at all.
 *
 * <p><b>Not supported.</b> Batches of more than 2,000 rows or 4 MiB, values of more than 3 MiB. A {@link #get} of values of more than
 * 6 MiB together is read in several steps, which are not one moment.
 */
public final class ConvexBackend implements Backend {

    private static final Logger LOG = LoggerFactory.getLogger(ConvexBackend.class);

    /** The namespace of who says none, as in zaileys. */
    public static final String DEFAULT_NAMESPACE = "zaileys";

    /** The version of our functions that this class calls. */
    private static final double FUNCTIONS = 1;

    private static final Traits.Limits LIMITS = new Traits.Limits(2_000, 4L << 20, 3L << 20, 1_000);

    private final Deployment deployment;
    private final String place;
    private final String namespace;
    private final Optional<String> readOnly;
    private final boolean ofZaileys;
    private final Traits traits;
    private final Table table;
    private final RowReader rows;
    private final Sessions sessions;
    private final Writer writer;
    private final Lifetime life;

    private ConvexBackend(Deployment deployment, String place, Builder builder) {
        this.deployment = deployment;
        this.place = place;
        this.namespace = builder.namespace;
        this.ofZaileys = builder.ofZaileys;
        this.readOnly = builder.ofZaileys
                ? Optional.of("the functions of zaileys have neither checks nor an atomic commit: deploy those of Pawl"
                        + " and leave functions=zaileys out, or migrate away")
                : Optional.of("it was opened for reading only").filter(why -> builder.access == Access.READ_ONLY);
        this.traits = new Traits(
                EnumSet.allOf(Family.class),
                Durability.POWER_LOSS,
                LIMITS,
                !builder.ofZaileys,
                EnumSet.allOf(Family.class));
        PawlTable own = new PawlTable(deployment);
        this.table = builder.ofZaileys ? new ZaileysTable(deployment) : own;
        Garbage garbage = new Garbage(deployment);
        this.rows = new RowReader(
                table, readOnly.isPresent() ? Optional.empty() : Optional.of(new Adoption(deployment, own, garbage)));
        this.sessions = new Sessions(table, namespace);
        this.writer = new Writer(deployment, garbage, place);
        this.life = new Lifetime("the backend on " + place);
    }

    /** Says which deployment, and more. */
    public static Builder builder() {
        return new Builder();
    }

    /** How a deployment is used: {@link #url}, {@link #secret} or {@link #token}, the rest as it is needed. */
    public static final class Builder {

        private static final Duration LONGEST = Duration.ofHours(1);

        private Optional<String> url = Optional.empty();
        private Optional<HttpClient> client = Optional.empty();
        private Optional<String> secret = Optional.empty();
        private Optional<Supplier<String>> token = Optional.empty();
        private String namespace = DEFAULT_NAMESPACE;
        private Access access = Access.READ_WRITE;
        private boolean ofZaileys;
        private Duration timeout = Duration.ofSeconds(5);
        private Duration patience = Duration.ofSeconds(15);

        private Builder() {}

        /**
         * The URL of the deployment, as Convex shows it: {@code https://happy-otter-123.convex.cloud}.
         *
         * @throws IllegalArgumentException when it is no URL with https or http, or holds a user, a query or a fragment
         */
        public Builder url(String text) {
            this.url = Optional.of(ConvexUrl.parse(text));
            return this;
        }

        /** What the deployment has as {@code PAWL_SECRET}: 32 characters or more. */
        public Builder secret(String text) {
            this.secret = Optional.of(text);
            return this;
        }

        /**
         * Gives a token for each request (a JWT of a provider that the deployment knows), whose identity the deployment
         * has among its {@code PAWL_IDENTITIES}. Called on the thread that calls the backend.
         */
        public Builder token(Supplier<String> provider) {
            this.token = Optional.of(provider);
            return this;
        }

        /**
         * An HTTP client of yours, with a proxy for instance. It stays open. Without one there is one of ours, which ends
         * with the backend: on Java 17 the thread that watches its connections only ends when memory is cleared up.
         */
        public Builder client(HttpClient given) {
            this.client = Optional.of(given);
            return this;
        }

        /**
         * Which rows of the table; {@value #DEFAULT_NAMESPACE} unless this says otherwise.
         *
         * @throws IllegalArgumentException when it is empty
         */
        public Builder namespace(String name) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a namespace has a name");
            }
            this.namespace = name;
            return this;
        }

        /** For reading and writing, unless this says otherwise. */
        public Builder access(Access how) {
            this.access = how;
            return this;
        }

        /** Reads through the five functions of zaileys, where ours are not deployed. Nothing can be written then. */
        public Builder functionsOfZaileys() {
            this.ofZaileys = true;
            return this;
        }

        /** How long one answer is waited for before it is asked again; 5 s unless this says otherwise. */
        public Builder timeout(Duration most) {
            this.timeout = within(most);
            return this;
        }

        /** How long an answer is tried for; 15 s unless this says otherwise. */
        public Builder patience(Duration most) {
            this.patience = within(most);
            return this;
        }

        private static Duration within(Duration time) {
            if (time.toMillis() < 1 || time.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("one waits between a millisecond and an hour, not " + time);
            }
            return time;
        }

        /**
         * Asks the deployment whether it has the functions and lets this client in.
         *
         * @throws UnavailableException when no URL was given, when it is not reached, lacks the functions or refuses the
         *     secret, or when there is nothing in the namespace and it is opened for reading only
         * @throws UnsupportedException when its functions are of another version
         */
        public ConvexBackend open() {
            String base = url.orElseThrow(() -> UnavailableException.connectionFailed("a Convex backend needs a URL"));
            if ((token.isPresent() || (secret.isPresent() && !ofZaileys)) && ConvexUrl.isOpen(base)) {
                LOG.warn("{} is called without TLS: whoever is on the way reads the secret, use https", base);
            }
            Channel channel = client.map(Channel::of).orElseGet(() -> Channel.open(base, timeout));
            Deployment deployment = new Deployment(base, channel, secret, token, timeout, patience);
            String asked = "Convex deployment " + base;
            boolean opened = false;
            try {
                ConvexBackend backend = ofZaileys ? reading(deployment, asked) : greeted(deployment, asked);
                opened = true;
                return backend;
            } catch (CallFailure e) {
                throw e.whenOpening(asked);
            } finally {
                if (!opened) {
                    deployment.close();
                }
            }
        }

        private ConvexBackend greeted(Deployment deployment, String asked) {
            JsonObject hello = hello(deployment);
            if (Answers.number(hello, "version").orElse(0) != FUNCTIONS) {
                throw new UnsupportedException(
                        asked + " has functions of another version of Pawl: deploy those of this one");
            }
            if (access == Access.READ_ONLY && !Answers.flag(hello, "anything")) {
                throw nothing(asked);
            }
            String place = Answers.optionalText(hello, "deployment")
                    .map(name -> "Convex deployment " + name)
                    .orElse(asked);
            return new ConvexBackend(deployment, place, this);
        }

        private JsonObject hello(Deployment deployment) {
            try {
                return Answers.object(deployment.query(
                        "pawl:hello", deployment.arguments(namespace).build()));
            } catch (CallFailure e) {
                throw e.kind() == CallFailure.Kind.FAILED ? e.orMissing() : e;
            }
        }

        private ConvexBackend reading(Deployment deployment, String asked) {
            if (!ZaileysTable.isThere(deployment, namespace)) {
                throw UnavailableException.connectionFailed(asked + ": the functions of zaileys are not there");
            }
            ConvexBackend backend = new ConvexBackend(deployment, asked, this);
            Set<Family> all = EnumSet.allOf(Family.class);
            if (backend.sessions.list(all, Optional.empty(), 1).items().isEmpty()) {
                throw nothing(asked);
            }
            return backend;
        }

        private UnavailableException nothing(String asked) {
            return UnavailableException.connectionFailed(asked + ": there is nothing in the namespace " + namespace);
        }
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        List<Key> asked = List.copyOf(keys);
        return reading(scope(session), () -> asked.isEmpty() ? Map.of() : rows.get(namespace(session), asked));
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        return reading(scope(session), () -> rows.scan(namespace(session), scan));
    }

    @Override
    public Page<Partition, String> partitions(SessionName session, Family family, Optional<String> after, int limit) {
        return reading(scope(session), () -> rows.partitions(namespace(session), family, after, limit));
    }

    @Override
    public Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
        return reading(place, () -> sessions.list(families, after, limit));
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        life.use(() -> {
            requireWritable();
            traits.requireWithin(batch);
            writer.commit(namespace(session), batch);
            return Optional.empty();
        });
    }

    @Override
    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
        if (families.contains(Family.LEASE)) {
            throw new IllegalArgumentException("leases are not erased, they are released");
        }
        List<Family> inOrder = new ArrayList<>();
        // The enum begins with credentials: keys that are left behind start no client.
        EnumSet.allOf(Family.class).stream().filter(families::contains).forEach(inOrder::add);
        life.use(() -> {
            requireWritable();
            writer.erase(namespace(session), inOrder, List.copyOf(checks));
            return Optional.empty();
        });
    }

    @Override
    public String locate(SessionName session, Key key) {
        return scope(session) + ", key " + Names.of(key);
    }

    @Override
    public Inspection inspect(SessionName session) {
        String format = ofZaileys ? "zaileys_kv, through the functions of zaileys" : "zaileys_kv, functions version 1";
        return reading(place, () -> {
            List<Inspection.Remark> remarks = new ArrayList<>();
            Stream.concat(exposure().stream(), table.omission(namespace(session)).stream())
                    .forEach(text -> remarks.add(new Inspection.Remark(false, place, text)));
            return new Inspection(format, remarks);
        });
    }

    /** What is to say of zaileys' functions. That it cannot be found out is no reason to say nothing of the rest. */
    private Optional<String> exposure() {
        try {
            return ofZaileys || ZaileysTable.isThere(deployment, namespace)
                    ? Optional.of(
                            "the functions of zaileys are deployed, which ask nobody who he is: whoever knows the URL reads"
                                    + " and deletes everything; remove zaileys.ts and deploy again")
                    : Optional.empty();
        } catch (CallFailure e) {
            return Optional.of(
                    "nobody knows whether the functions of zaileys are deployed, which ask nobody who he is: "
                            + e.getMessage());
        }
    }

    @Override
    public void close() {
        life.end(deployment::close);
    }

    /** Names the deployment. */
    @Override
    public String toString() {
        return "ConvexBackend[" + place + ", namespace " + namespace + "]";
    }

    private String namespace(SessionName session) {
        return Names.namespace(namespace, session);
    }

    private String scope(SessionName session) {
        return place + ", namespace " + namespace(session);
    }

    private <T> T reading(String where, Supplier<T> action) {
        return life.use(() -> {
            try {
                return action.get();
            } catch (CallFailure e) {
                throw e.whenReading(where);
            }
        });
    }

    private void requireWritable() {
        readOnly.ifPresent(why -> {
            throw new UnsupportedException(place + ": " + why);
        });
    }
}
