package io.pigeonhole.embedding;

import io.pigeonhole.transforms.PipelineException;
import java.util.Collection;
import java.util.List;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class EmbeddingErrors {

    private static final String JARS = " Give spark-submit its jars by --jars; jobs/embedding/README.md lists them.";

    private EmbeddingErrors() {}

    static PipelineException libraryMissing() {
        return PipelineException.configuration("An embedding needs ONNX Runtime, which the project's jar leaves out and"
                + " which is not on the class path." + JARS);
    }

    static PipelineException builtInMissing(String resource) {
        return PipelineException.configuration("The built-in model of embeddings, " + resource
                + ", which the project's jar leaves out, is not on the class path." + JARS);
    }

    static PipelineException noGpu(String reason) {
        return PipelineException.configuration("An embedding with device = gpu found no GPU that ONNX Runtime can use ("
                + reason + "). Build with -Pgpu and run where CUDA 12 is, or set device = cpu.");
    }

    static PipelineException noFile(String location) {
        return PipelineException.configuration("The file " + location + " of an embedding does not exist. Correct"
                + " 'model' or 'tokenizer' of the feature, or put the file there.");
    }

    static PipelineException fileNotRead(String location, Exception cause) {
        return PipelineException.configuration("The file " + location + " of an embedding cannot be read: "
                + cause.getMessage() + ". Correct 'model' or 'tokenizer' of the feature, or the access to the file.");
    }

    static PipelineException otherBytes(String location, String expected, String found) {
        return PipelineException.dataContract("The file " + location
                + " of an embedding has changed since the model was trained: its SHA-256 is " + found
                + " and should be " + expected + ". Restore the file, or train the model again.");
    }

    static PipelineException notOnnx(String location, String reason) {
        return PipelineException.configuration("ONNX Runtime cannot use " + location + " as a model: " + reason
                + ". Name a file of an ONNX model that ONNX Runtime 1.22 reads.");
    }

    static PipelineException noOutput(String location, Collection<String> outputs) {
        return PipelineException.configuration("It is unclear which output of the model " + location
                + " is the embedding. Its outputs are " + String.join(", ", outputs)
                + ". Name one of them as 'output' of the feature.");
    }

    static PipelineException otherInputs(String location, Collection<String> inputs, String expected) {
        return PipelineException.configuration("The model " + location + " has the inputs " + String.join(", ", inputs)
                + ", but the feature can give " + expected + ". Export the model with these inputs.");
    }

    static PipelineException otherShape(String location, String shape, String pooling) {
        return PipelineException.configuration("The model " + location + " gives numbers of the shape " + shape
                + ", which pooling = " + pooling + " does not turn into one vector. A shape of one vector needs none or"
                + " auto, and a shape with a vector for each token mean, cls or auto. Set 'pooling', or name another"
                + " 'output'.");
    }

    static PipelineException notFinite(String location) {
        return PipelineException.dataContract("The model " + location + " gives numbers that are not finite for a value"
                + " of its column. Check the model, and for images 'mean' and 'std'.");
    }

    static PipelineException otherSize(int found, int expected) {
        return PipelineException.dataContract("An image has " + found + " numbers, and 'pixels' says " + expected
                + " (height x width x channels). Bring all images to the size of the model, or correct 'pixels'.");
    }

    static PipelineException tokenizerNotRead(String location, String reason) {
        return PipelineException.configuration("The tokenizer " + location + " cannot be read: " + reason
                + ". Name the tokenizer.json or the vocab.txt of the model.");
    }

    static PipelineException otherTokenizer(String location, String key, String found, String expected) {
        return PipelineException.configuration("The tokenizer " + location + " has a " + key + " of the type " + found
                + ", but only " + expected + ", that of BERT, is known. Use a model with a WordPiece tokenizer.");
    }

    static PipelineException tokensMissing(String location, List<String> tokens) {
        return PipelineException.configuration("The vocabulary of the tokenizer " + location + " lacks "
                + String.join(", ", tokens)
                + ", so it is none of BERT's. Name the tokenizer.json or the vocab.txt of the model.");
    }
}
