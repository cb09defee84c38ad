package dev.pawl.benchmarks;

import dev.pawl.Pawl;
import dev.pawl.auth.Credentials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The open stores of one trial that messages are written to: one, or one for each of {@code accounts}. */
final class MessageWriters implements AutoCloseable {

    private final List<MessageWriter> all = new ArrayList<>();
    private final List<Pawl> opened = new ArrayList<>();

    private MessageWriters() {}

    /** Opens the request's store, which is filled. */
    static MessageWriters open(TrialRequest request, Path place, Credentials credentials) {
        MessageWriters writers = new MessageWriters();
        boolean done = false;
        try {
            String locator = Locators.in(request, place);
            if (BareSqlite.isMeant(locator)) {
                writers.all.add(new BareSqlite(locator, credentials));
            } else if (request.has("accounts")) {
                writers.openAccounts(request, place, credentials);
            } else {
                writers.all.add(new MessageWriter.Ours(writers.pawl(locator).auth(), credentials));
            }
            done = true;
            return writers;
        } finally {
            if (!done) {
                writers.close();
            }
        }
    }

    private void openAccounts(TrialRequest request, Path place, Credentials credentials) {
        Pawl first = pawl(Locators.in(request, place));
        boolean together = Locators.holdManySessions(first);
        for (int i = 0; i < request.number("accounts"); i++) {
            String account = Locators.account(i);
            all.add(new MessageWriter.Ours(
                    together
                            ? first.auth(account)
                            : pawl(Locators.in(request, place.resolve(account))).auth(),
                    credentials));
        }
    }

    private Pawl pawl(String locator) {
        Pawl pawl = Pawl.open(locator);
        opened.add(pawl);
        return pawl;
    }

    List<MessageWriter> all() {
        return List.copyOf(all);
    }

    @Override
    public void close() {
        all.forEach(MessageWriter::close);
        opened.forEach(Pawl::close);
    }
}
