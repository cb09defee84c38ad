package dev.pawl.convex;

import static dev.pawl.convex.Rows.MAIN;
import static dev.pawl.convex.Rows.key;
import static dev.pawl.convex.Rows.row;
import static dev.pawl.convex.Rows.stored;
import static dev.pawl.convex.Rows.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.AuthVerification;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may call the functions: whoever has the secret or an identity that is named, nobody else, and nobody at all without either. */
@Timeout(60)
final class ConvexAccessTest {

    private static final JsonObject NOTHING = JsonObject.EMPTY;

    private static void assertRefused(LocalConvex convex, String secret, String why) {
        for (Access access : Access.values()) {
            assertThatThrownBy(() -> ConvexBackend.builder()
                            .url(convex.url())
                            .secret(secret)
                            .access(access)
                            .open())
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining(why)
                    .message()
                    .doesNotContain(LocalConvex.SECRET)
                    .matches(message -> secret.isEmpty() || !message.contains(secret), "has no secret");
        }
    }

    @Test
    void aWrongSecretOrNoneOpensNothing() {
        try (LocalConvex convex = LocalConvex.start()) {
            for (String wrong : new String[] {
                "",
                "?!",
                LocalConvex.SECRET + "x",
                LocalConvex.SECRET.substring(1),
                LocalConvex.SECRET.toUpperCase(Locale.ROOT),
                LocalConvex.SECRET + LocalConvex.SECRET
            }) {
                assertRefused(convex, wrong, "refuses the secret");
            }
            assertThatThrownBy(() -> ConvexBackend.builder().url(convex.url()).open())
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("refuses the secret");
        }
    }

    @Test
    void withoutASecretOrWithAShortOneNobodyIsLetIn() {
        try (LocalConvex none = LocalConvex.start("pawl", NOTHING);
                LocalConvex empty = LocalConvex.start("pawl", member("PAWL_SECRET", ""));
                LocalConvex brief = LocalConvex.start("pawl", member("PAWL_SECRET", "x".repeat(31)))) {
            assertRefused(none, "", "it has no secret");
            assertRefused(none, "undefined", "it has no secret");
            assertRefused(empty, "", "it has no secret");
            assertRefused(brief, "x".repeat(31), "it has no secret");
        }
    }

    @Test
    void anIdentityThatIsNamedIsLetInAndNoOther() {
        JsonObject settings = member("PAWL_IDENTITIES", "https://issuer.example|bot  https://issuer.example|other-bot");
        JsonObject identities = JsonObject.builder()
                .put("token-of-bot", identity("bot"))
                .put("token-of-guest", identity("guest"))
                .build();
        try (LocalConvex convex = LocalConvex.start("pawl", settings, identities)) {
            try (Backend backend = ConvexBackend.builder()
                    .url(convex.url())
                    .token(() -> "token-of-bot")
                    .open()) {
                backend.commit(MAIN, Batch.of(row("1", "a")));
                assertThat(stored(backend, key("1"))).contains(value("a"));
            }
            assertThatThrownBy(() -> ConvexBackend.builder()
                            .url(convex.url())
                            .token(() -> "token-of-guest")
                            .open())
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("refuses the secret or identity");
            assertThatThrownBy(() -> ConvexBackend.builder()
                            .url(convex.url())
                            .token(() -> "forged")
                            .open())
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("does not take the token");
            assertRefused(convex, "", "refuses the secret or identity");
        }
    }

    @Test
    void whereThereAreNoFunctionsItIsSaidWhatToDo() {
        try (LocalConvex production = LocalConvex.ofZaileys();
                LocalConvex development = LocalConvex.inDevelopment("zaileys")) {
            assertRefused(production, LocalConvex.SECRET, "or the functions of Pawl are not there: deploy them first");
            assertRefused(development, LocalConvex.SECRET, "hello is not there: deploy the functions of Pawl first");
            assertThatThrownBy(() -> production.backend("shop").open()).hasMessageContaining("(request ");
        }
        for (LocalConvex each : List.of(LocalConvex.start(), LocalConvex.inDevelopment("pawl"))) {
            try (each) {
                assertThatThrownBy(
                                () -> each.backend("shop").functionsOfZaileys().open())
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("the functions of zaileys are not there");
            }
        }
    }

    /** A deployment in production says of a function that is not there what it says of one that failed. */
    @Test
    void whereZaileysIsNotDeployedAStoreIsInspectedAndVerified() {
        for (LocalConvex each : List.of(LocalConvex.start(), LocalConvex.inDevelopment("pawl"))) {
            try (each;
                    Backend backend = each.backend("shop").open();
                    AuthStore store = AuthStore.open(backend, MAIN)) {
                store.saveCredentials(store.createCredentials());
                assertThat(backend.inspect(MAIN).remarks()).isEmpty();
                assertThat(AuthVerification.run(backend, MAIN)).isEmpty();
                each.faults(Fault.strange("zaileys:get", 400, "{\"code\":\"Bad\",\"message\":\"no\"}"));
                assertThat(backend.inspect(MAIN).remarks())
                        .singleElement()
                        .satisfies(remark -> assertThat(remark.text()).contains("nobody knows whether"));
            }
        }
    }

    private static JsonObject member(String name, String text) {
        return JsonObject.builder().put(name, text).build();
    }

    private static JsonObject identity(String subject) {
        return JsonObject.builder()
                .put("issuer", "https://issuer.example")
                .put("subject", subject)
                .build();
    }
}
