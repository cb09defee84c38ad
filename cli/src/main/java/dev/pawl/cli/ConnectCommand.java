package dev.pawl.cli;

import dev.pawl.Client;
import dev.pawl.ClientBuilder;
import dev.pawl.Disconnection;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.backend.Family;
import dev.pawl.backend.Locator;
import dev.pawl.event.RawEvent;
import dev.pawl.transport.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pawl connect LOC}. */
@Command(
        name = "connect",
        description = {
            "Pairs a device with a QR code in the terminal, or with a code that is typed into the phone, or resumes the one"
                    + " that is in the store, through the real Baileys in Node. Prints its events until it is stopped, one"
                    + " {\"event\":…,\"data\":…} a line, as \"pawl ingest\" reads them.",
            "",
            "A store that holds a history gets it as well, and scheduled jobs of the session are sent as they come due."
                    + " Needs Node 20 or newer; Baileys is installed by npm once, or taken from the directory"
                    + " PAWL_BAILEYS_PACKAGES."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl connect native:pawl#main",
            "  pawl connect --pairing-code 628123456789 sqlite:pawl.db",
            "  pawl connect baileys:auth_info | pawl ingest sqlite:history.db"
        })
final class ConnectCommand extends Subcommand {

    /** How often it looks whether the process was told to end. */
    private static final Duration GLANCE = Duration.ofMillis(100);

    @Parameters(index = "0", paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    @Option(
            names = "--pairing-code",
            paramLabel = "NUMBER",
            description = "Pairs with a code to type instead of a QR code. The phone's number, in international form.")
    private @Nullable String number;

    @Mixin
    private TakeOver takeOver = new TakeOver();

    private final AtomicBoolean asked = new AtomicBoolean();

    ConnectCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        requireNumber();
        requireKept();
        Store store = resources.own(Store.writing(locator));
        AuthStore.Opening opening = AuthStore.opening(store.backend(), store.session());
        AuthStore auth =
                resources.own(takeOver.takingOver() ? opening.takeOver().open() : opening.open());
        ClientBuilder builder =
                Client.builder().sessionId(store.session().name()).auth(auth);
        if (store.backend().traits().families().contains(Family.MESSAGE)) {
            builder.messages(HistoryCommand.writing(store, resources, takeOver));
        }
        Client client = resources.own(builder.open());
        listen(client);
        client.connect();
        try {
            while (!client.awaitClosed(GLANCE)) {
                if (Resources.ending()) {
                    return ExitStatus.DONE;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ended(client);
    }

    /** Not only when the server asks for it: by then the one who typed it may have gone. */
    private void requireNumber() {
        if (number != null && !number.replaceAll("[ ()+-]", "").matches("[0-9]{8,15}")) {
            throw Failure.usage(
                    "--pairing-code: a phone number has 8 to 15 digits, with the code of the country first");
        }
    }

    /** The phone would list a device that nobody can ever be again. A server that keeps little is another matter. */
    private void requireKept() {
        if (locator.scheme().equals("memory") || locator.path().equals(":memory:")) {
            throw Failure.usage("what is in memory is forgotten at the end, and the device with it: name a store that"
                    + " keeps it, such as native:pawl");
        }
    }

    private int ended(Client client) {
        Optional<Disconnection> last = client.lastDisconnection();
        // What listeners have not been told yet is said before the last word.
        client.close();
        last.ifPresent(end -> {
            String code = end.code().isPresent() ? " (" + end.code().getAsInt() + ")" : "";
            throw Failure.problem(end.reason() + " " + Plain.line(locator + ": " + end.message() + code));
        });
        return ExitStatus.PROBLEM;
    }

    private void listen(Client client) {
        client.onQr(text -> {
            if (number == null) {
                QrDrawing.of(text).forEach(streams()::say);
                streams().say("Scan it with the phone: Linked devices, Link a device.");
            } else if (asked.compareAndSet(false, true)) {
                // Waiting for the answer here would hold up what tells it.
                Thread asking = new Thread(() -> ask(client), "pawl-pairing-code");
                asking.setDaemon(true);
                asking.start();
            }
        });
        client.onPairingCode(code ->
                streams().say("Type this code into the phone: Linked devices, Link with phone number: " + code));
        client.onConnected(me -> streams().say("connected as " + Plain.line(name(me))));
        client.onDisconnected(end -> {
            if (end.willReconnect() || Resources.ending()) {
                streams().say(Plain.line(words(end)));
            }
        });
        client.onLoggedOut(end -> streams().say("the device was unlinked; its credentials and keys are cleared"));
        client.onError(error -> streams().say(Plain.line("error: " + error.getMessage())));
        client.onEvent(this::print);
    }

    private void ask(Client client) {
        try {
            client.requestPairingCode(String.valueOf(number));
        } catch (IllegalArgumentException | IllegalStateException | TransportException e) {
            streams().say(Plain.line("no pairing code: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whoever reads along sees each event at once. */
    private synchronized void print(RawEvent event) {
        streams().json(event.toJson());
        streams().flush();
    }

    private static String name(Credentials.Me me) {
        return me.id();
    }

    private static String words(Disconnection end) {
        return "disconnected: " + end.reason()
                + (end.code().isPresent() ? " " + end.code().getAsInt() : "")
                + " (" + end.message() + ")"
                + end.pause()
                        .map(pause -> ", connecting again in " + pause.toMillis() + " ms")
                        .orElse("");
    }
}
