package dev.pawl.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test of a rule that says something about some subjects only. On a subject that does not meet all of these needs it is no test at all, and so is never skipped. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(RulesThatApply.class)
@interface RuleFor {

    /** What a subject must meet. */
    Need[] value();
}
