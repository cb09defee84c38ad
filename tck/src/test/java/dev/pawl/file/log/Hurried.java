package dev.pawl.file.log;

import dev.pawl.backend.Access;
import dev.pawl.backend.Durability;
import dev.pawl.file.Disk;
import java.nio.file.Path;
import java.time.Duration;

/** Opens native logs that are looked after as after a long time and many writes, at once and after few. */
public final class Hurried {

    private static final long MUCH = 1L << 40;

    /** What is done again and again must not keep a processor busy. */
    private static final Duration LEAST = Duration.ofMillis(2);

    private Hurried() {}

    /** One whose time goes faster: with 100, sessions rest after 0.3 s. */
    public static NativeBackend fast(Path directory, Access access, Durability durability, int times) {
        Upkeep usual = Upkeep.USUAL;
        Upkeep fast = new Upkeep(keeper(times), usual.wanted(), usual.urgent(), usual.atRest(), usual.checkpoint());
        return NativeBackend.builder(directory)
                .access(access)
                .durability(durability)
                .upkeep(fast)
                .open();
    }

    /** The same, where logs are made new, and get a checkpoint, when they are longer than a few rows. */
    public static NativeBackend fastAndSmall(Path directory, Access access, Durability durability, int times) {
        Upkeep fast = new Upkeep(keeper(times), 128 << 10, 512 << 10, 32 << 10, 64 << 10);
        return NativeBackend.builder(directory)
                .access(access)
                .durability(durability)
                .upkeep(fast)
                .open();
    }

    /** One whose logs are made new when they are longer than this and twice their live rows, and never at rest. */
    public static NativeBackend small(Path directory, Durability durability, Disk disk, long wanted, long urgent) {
        Upkeep small = new Upkeep(Keeper.ofProcess(), wanted, urgent, MUCH, MUCH);
        return NativeBackend.builder(directory)
                .durability(durability)
                .disk(disk)
                .upkeep(small)
                .open();
    }

    private static Keeper keeper(int times) {
        Keeper own = Keeper.ofProcess();
        return new Keeper() {
            @Override
            public void after(Duration delay, Runnable task) {
                Duration sooner = delay.dividedBy(times);
                own.after(sooner.compareTo(LEAST) < 0 && !delay.isZero() ? LEAST : sooner, task);
            }

            @Override
            public long nanoTime() {
                return own.nanoTime() * times;
            }
        };
    }
}
