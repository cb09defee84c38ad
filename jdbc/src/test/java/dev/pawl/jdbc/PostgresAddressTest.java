package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses of databases, in the forms that people have them in. */
final class PostgresAddressTest {

    @ParameterizedTest
    @CsvSource({
        "postgresql://h/d, //h/d, -, -",
        "postgres://h:5432/d, //h:5432/d, -, -",
        "POSTGRESQL://u@h/d, //h/d, u, -",
        "postgresql://u:p@h/d, //h/d, u, p",
        "postgresql://u:p%40%2F%3a@h/d, //h/d, u, p@/:",
        "postgresql://u:p@w:x@h/d, //h/d, u, p@w:x",
        "postgresql://u:p%3Fx=1@h/d, //h/d, u, p?x=1",
        "postgresql://u:p/q@h/d, //h/d, u, p/q",
        "postgresql://u:p+q@h/d, //h/d, u, p+q",
        "postgresql://:p@h/d, //h/d, -, p",
        "postgresql:///d, //localhost/d, -, -",
        "postgresql://[::1]:5432/d, //[::1]:5432/d, -, -",
        "'postgresql://u@h1:1,h2:2/d', '//h1:1,h2:2/d', u, -",
        "jdbc:postgresql://h/d?user=u&password=p, //h/d, u, p",
        "postgresql://u:p@h/d?password=other, //h/d, u, p",
        "jdbc:postgresql://db/bots?user=pawl&password=s@cr3t/Pw, //db/bots, pawl, s@cr3t/Pw",
        "postgresql://db/bots?user=pawl@acme&password=c2Vj/cmV0, //db/bots, pawl@acme, c2Vj/cmV0"
    })
    void anAddressIsTakenApart(String url, String place, String user, String password) {
        PostgresAddress address = PostgresAddress.of(url);

        assertThat(address.place()).isEqualTo(place);
        assertThat(address.user().orElse("-")).isEqualTo(user);
        assertThat(address.password().orElse("-")).isEqualTo(password);
        assertThat(address.options()).isEmpty();
        assertThat(address).hasToString("postgresql:" + place);
    }

    @Test
    void optionsAreDecoded() {
        assertThat(PostgresAddress.of("postgresql://h/d?max=3&options=-c%20x%3D1&currentSchema=a")
                        .options())
                .isEqualTo(Map.of("max", "3", "options", "-c x=1", "currentSchema", "a"));
    }
}
