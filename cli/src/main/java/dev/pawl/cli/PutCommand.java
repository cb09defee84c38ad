package dev.pawl.cli;

import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pawl put LOC creds} and {@code pawl put LOC TYPE ID}. */
@Command(
        name = "put",
        description = {
            "Stores the JSON text read from standard input as the credentials or as one key, byte for byte.",
            "",
            "Refused, with nothing stored: what is not JSON; null, false, 0 and \"\", which Baileys takes for a deletion"
                    + " (use delete); what has not the shape of credentials or of a known type, unless --raw. A type that"
                    + " is not known takes any JSON. A store that is not there yet is created."
        },
        customSynopsis = {
            "pawl put [-hv] [--raw] [--take-over] LOC creds",
            "       pawl put [-hv] [--raw] [--take-over] LOC TYPE ID"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl get baileys:old creds | pawl put sqlite:pawl.db#main creds",
            "  echo '[\"0\",\"5\"]' | pawl put baileys:auth_info device-list 6281111111111"
        })
final class PutCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    @Parameters(
            index = "1..*",
            arity = "1..2",
            paramLabel = "creds | TYPE ID",
            description = "The credentials, or type and id of a key.")
    private List<String> record = new ArrayList<>();

    @Option(names = "--raw", description = "Stores any JSON, whatever the shape of the type.")
    private boolean raw = false;

    @Mixin
    private TakeOver takeOver = new TakeOver();

    PutCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        Key key = RecordArgument.key(record);
        Bytes text = streams().readAll();
        requireValue(text);
        if (!raw) {
            requireShape(key, text);
        }
        Store store = resources.own(Store.writing(locator));
        Lease lease = resources.own(takeOver.lease(store));
        lease.commit(Batch.of(Row.of(key, text)));
        if (json()) {
            streams()
                    .json(JsonObject.builder()
                            .put("stored", 1)
                            .put("bytes", text.size())
                            .build());
        }
        return ExitStatus.DONE;
    }

    private static void requireValue(Bytes text) {
        JsonValue value;
        try {
            value = JsonValue.parse(text);
        } catch (JsonException e) {
            throw Failure.usage("standard input is not JSON: " + e.getMessage() + "; nothing was stored");
        }
        if (Falsy.is(value)) {
            throw Failure.usage("Baileys takes null, false, 0 and \"\" for a deletion: use delete; nothing was stored");
        }
    }

    private static void requireShape(Key key, Bytes text) {
        String problem = "standard input";
        try {
            if (key.equals(Key.CREDENTIALS)) {
                Credentials.parse(text);
                return;
            }
            Optional<KeyType<?>> known = KeyType.known().stream()
                    .filter(type -> type.name().equals(key.partition()))
                    .findFirst();
            known.ifPresent(type -> type.decode(key.id(), text, problem));
        } catch (CorruptDataException e) {
            throw Failure.usage("not the shape of " + (key.equals(Key.CREDENTIALS) ? "credentials" : key.partition())
                    + ": " + e.getMessage() + "; --raw stores it all the same; nothing was stored");
        }
    }
}
