package dev.pawl.baileys;

import dev.pawl.Client;
import dev.pawl.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * How fast clients send.
 *
 * @param count how many messages left
 * @param median how long one took, in microseconds
 * @param slow than which one of a hundred took longer
 */
record Rate(int count, long median, long slow) {

    /**
     * Has clients send.
     *
     * @param atOnce how many messages are on their way at the same time: each of so many, when it has left, is followed by one of
     *     the next client
     */
    static Rate of(Collection<Client> clients, int atOnce, Duration time, String jid, Executor threads) {
        List<Client> all = List.copyOf(clients);
        AtomicInteger turn = new AtomicInteger();
        long end = System.nanoTime() + time.toNanos();
        List<CompletableFuture<List<Long>>> each = IntStream.range(0, atOnce)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> {
                            List<Long> times = new ArrayList<>();
                            while (System.nanoTime() < end) {
                                times.add(micros(all.get(turn.getAndIncrement() % all.size()), jid));
                            }
                            return times;
                        },
                        threads))
                .toList();
        return of(each.stream().flatMap(some -> some.join().stream()).sorted().toList());
    }

    private static long micros(Client client, String jid) {
        long begin = System.nanoTime();
        try {
            client.send(jid, Content.text("how long does this take"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return (System.nanoTime() - begin) / 1000;
    }

    private static Rate of(List<Long> sorted) {
        int count = sorted.size();
        return new Rate(count, sorted.get(count / 2), sorted.get(count * 99 / 100));
    }
}
