package dev.pawl.tck.process;

import dev.pawl.Pawl;
import dev.pawl.job.Job;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobSender;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.json.JsonString;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.lease.Ticker;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Another process that runs the jobs of a store. To send a job is to write a line with its id and message id into a file,
 * which stays there when the process is killed, and to take a while then.
 */
public final class RunnerChild {

    /** What is gone from this machine is dead at once; those who are only slow must not be taken for dead. */
    private static final LeaseTiming TIMING =
            new LeaseTiming(Duration.ofMillis(100), Duration.ofSeconds(60), Ticker.SYSTEM);

    /** What it says when it has stopped. */
    public static final String DONE = "done";

    private static final int LONGEST_SEND = 1_500_000;

    private RunnerChild() {}

    /** An order to run the jobs of a store until the next line comes, and to send into this file. */
    public static String order(String locator, Path sent) {
        return locator + " " + sent;
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        warmUp(arguments[0]);
        System.out.println("ready");
        String[] order = orders.readLine().split(" ");
        try (FileOutputStream sent = new FileOutputStream(order[1], true);
                Pawl pawl = Pawl.open(order[0]);
                JobRunner runner = builder().start()) {
            runner.add(pawl.jobs(), new Sender(sent));
            orders.readLine();
        }
        System.out.println(DONE);
    }

    private static JobRunner.Builder builder() {
        return JobRunner.builder()
                .rate(RateLimit.NONE)
                .pollEvery(Duration.ofMillis(50))
                .timing(TIMING);
    }

    private static void warmUp(String locator) {
        try (Pawl pawl = Pawl.open(locator);
                JobStore jobs = pawl.jobs();
                JobRunner runner = builder().build()) {
            jobs.schedule(Instant.EPOCH, "warm@lid", new JsonString("up"));
            runner.add(jobs, job -> {});
            runner.runDue();
        }
    }

    private record Sender(FileOutputStream sent, Random random) implements JobSender {

        Sender(FileOutputStream sent) {
            this(sent, new Random());
        }

        @Override
        public void send(Job job) throws IOException {
            String line = job.id() + " " + job.messageId().orElseThrow() + "\n";
            sent.write(line.getBytes(StandardCharsets.UTF_8));
            LockSupport.parkNanos(random.nextInt(LONGEST_SEND));
        }
    }
}
