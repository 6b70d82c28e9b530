package io.pigeonhole.transforms;

/**
 * Something a user can cause and mend: the message says the problem, its cause and the remedy, with the values at hand.
 *
 * <p>Bugs are never reported this way; they stay {@link IllegalArgumentException} and {@link IllegalStateException}. Only
 * the command line turns a {@link Category} into an exit code.
 */
public final class PipelineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Who has to act, and so which exit code the process ends with. */
    public enum Category {
        /** The command line or the configuration is wrong. */
        CONFIGURATION,
        /** The data break the contract that the configuration states. */
        DATA_CONTRACT,
        /** A gate did not hold. */
        GATE,
        /** Another process is at work on the same tables; the same call succeeds later. */
        BUSY,
        /** What was derived again is not what was derived before. */
        DIFFERENCE,
        /** A model sees other data than it used to. */
        DRIFT
    }

    private final Category category;

    private PipelineException(Category category, String message) {
        super(message);
        this.category = category;
    }

    /** The command line or the configuration asks for something that cannot be done. */
    public static PipelineException configuration(String message) {
        return new PipelineException(Category.CONFIGURATION, message);
    }

    /** The data are not what the configuration says they are. */
    public static PipelineException dataContract(String message) {
        return new PipelineException(Category.DATA_CONTRACT, message);
    }

    /** A statement that must hold before a model is promoted does not hold. */
    public static PipelineException gate(String message) {
        return new PipelineException(Category.GATE, message);
    }

    /** Another process is at work on the same tables. */
    public static PipelineException busy(String message) {
        return new PipelineException(Category.BUSY, message);
    }

    /** A repeated derivation came to something else. */
    public static PipelineException difference(String message) {
        return new PipelineException(Category.DIFFERENCE, message);
    }

    /** Predictions have drifted. */
    public static PipelineException drift(String message) {
        return new PipelineException(Category.DRIFT, message);
    }

    public Category category() {
        return category;
    }
}
