package dev.pawl.cli;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pawl get LOC creds} and {@code pawl get LOC TYPE ID}. */
@Command(
        name = "get",
        description = {
            "Prints the stored JSON text of the credentials or of one key, byte for byte, with no newline added.",
            "",
            "This prints secrets. What is damaged is not printed. An ID that begins with a dash goes behind \"--\"."
        },
        customSynopsis = {"pawl get [-hv] LOC creds", "       pawl get [-hv] LOC TYPE ID"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl get baileys:auth_info creds",
            "  pawl get sqlite:pawl.db#main pre-key 7",
            "  pawl get baileys:auth_info my-type -- -1"
        })
final class GetCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    @Parameters(
            index = "1..*",
            arity = "1..2",
            paramLabel = "creds | TYPE ID",
            description = "The credentials, or type and id of a key.")
    private List<String> record = new ArrayList<>();

    GetCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        Key key = RecordArgument.key(record);
        Store store = resources.own(Store.reading(locator));
        Bytes value = store.backend()
                .get(store.session(), key)
                .orElseThrow(() -> Failure.notFound(
                        Plain.line(store.backend().locate(store.session(), key)), "there is no such record"))
                .value();
        requireReadable(key, value, store.backend().locate(store.session(), key));
        streams().write(value);
        return ExitStatus.DONE;
    }

    private static void requireReadable(Key key, Bytes value, String place) {
        JsonValue json;
        try {
            json = JsonValue.parse(value);
        } catch (JsonException e) {
            throw new CorruptDataException(
                    key, place, value.size() == 0 ? "is empty" : "is not JSON: " + e.getMessage());
        }
        if (key.equals(Key.CREDENTIALS) && !(json instanceof JsonObject object && object.size() > 0)) {
            throw new CorruptDataException(key, place, "is not an object with members, so no credentials");
        }
        if (Falsy.is(json)) {
            throw new CorruptDataException(key, place, "null, false, 0 or \"\", which Baileys takes for absent");
        }
    }
}
