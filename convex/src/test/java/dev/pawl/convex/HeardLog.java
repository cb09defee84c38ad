package dev.pawl.convex;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the backend says to the log while this is open. */
final class HeardLog implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger(ConvexBackend.class);
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    HeardLog() {
        events.start();
        logger.addAppender(events);
    }

    List<String> lines() {
        return events.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(events);
    }
}
