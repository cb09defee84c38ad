package dev.pawl.convex;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parts of long values that nobody has any more. They do no harm where they stay for the next sweep. */
final class Garbage {

    private static final Logger LOG = LoggerFactory.getLogger(ConvexBackend.class);

    private final Deployment deployment;

    Garbage(Deployment deployment) {
        this.deployment = deployment;
    }

    /** Removes all of a namespace, in steps. */
    void sweep(String namespace) {
        try {
            boolean done = false;
            while (!done) {
                done = Answers.flag(
                        Answers.object(deployment.mutation(
                                "pawl:sweep", deployment.arguments(namespace).build())),
                        "done");
            }
        } catch (CallFailure e) {
            LOG.debug("parts of long values were left for later in the namespace {}", namespace, e);
        }
    }
}
