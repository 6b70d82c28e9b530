package io.pigeonhole.transforms;

/**
 * An error that a user can cause and correct. The message states the problem, its cause and the remedy, with the
 * values.
 *
 * <p>Bugs are reported as {@link IllegalArgumentException} and {@link IllegalStateException} instead. Only the command
 * line turns a {@link Category} into an exit code.
 */
public final class PipelineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The kind of error, which determines the exit code of the process. */
    public enum Category {
        /** The command line or the configuration is wrong. */
        CONFIGURATION,
        /** The data break the contract that the configuration states. */
        DATA_CONTRACT,
        /** A gate failed. */
        GATE,
        /** Another process is working on the same tables; the same call succeeds later. */
        BUSY,
        /** A replay produced other results than the original run. */
        DIFFERENCE,
        /** The data that a model scores have drifted. */
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

    /** The data differ from what the configuration states. */
    public static PipelineException dataContract(String message) {
        return new PipelineException(Category.DATA_CONTRACT, message);
    }

    /** A condition for the promotion of a model does not hold. */
    public static PipelineException gate(String message) {
        return new PipelineException(Category.GATE, message);
    }

    /** Another process is working on the same tables. */
    public static PipelineException busy(String message) {
        return new PipelineException(Category.BUSY, message);
    }

    /** A replay produced other results than the original run. */
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
