package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.DriftConfig;
import io.pigeonhole.jobs.replay.PastRun;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Errors that a user can cause and mend, each with problem, cause and remedy. */
final class CommandsErrors {

    private CommandsErrors() {}

    static PipelineException baseModelMissing() {
        return PipelineException.configuration("--base-version needs --base-model. Give both, or neither.");
    }

    static PipelineException drifted(String model, DriftConfig config) {
        return PipelineException.drift("The predictions of model '" + model + "' on split '" + config.split()
                + "' have drifted from those on '" + config.baseSplit()
                + "'. The table drift says by how much, and which classes are predicted more or less often. Look at"
                + " what has changed in the data, and train on examples of today.");
    }

    static PipelineException gatesNotPassed(String model, double failed, double open) {
        return PipelineException.gate(String.format(
                "Model '%s' did not pass its gates: %.0f failed, %.0f without enough data. The table gates has the"
                        + " figures, and how many more rows would decide.",
                model, failed, open));
    }

    static PipelineException versionMissing() {
        return PipelineException.configuration("rollback needs --model-version: the champion that is taken back.");
    }

    static PipelineException notEvaluated(String model, String split) {
        return PipelineException.dataContract("Model '" + model + "' has no evaluation on split '" + split
                + "' yet. Run evaluate first, or name another split.");
    }

    static PipelineException versionNotEvaluated(String model, int version, String split, Optional<Integer> latest) {
        return PipelineException.dataContract("Version " + version + " of model '" + model
                + "' has no evaluation on split '" + split + "'. The latest that has: "
                + latest.map(String::valueOf).orElse("none") + ".");
    }

    static PipelineException acceptWithoutFile() {
        return PipelineException.configuration(
                "--accept and --out belong together: the labels of the accepted clusters are written to a file for"
                        + " review. Give both, such as: --accept 3=\"lost card\" --out review.csv");
    }

    static PipelineException nothingToForget() {
        return PipelineException.configuration("forget needs either --example ID, once or several times, or --key"
                + " FIELD=VALUE, such as: pigeonhole forget tickets.conf --key customer=17");
    }

    static PipelineException predictionsAndModel() {
        return PipelineException.configuration("--predictions and --model exclude each other: predictions made"
                + " elsewhere are of no model of this configuration. Remove one of the two.");
    }

    static PipelineException retention(long retention) {
        return PipelineException.configuration("--retention is a number of hours from 0 on, not " + retention + ".");
    }

    static PipelineException oneFile(String command) {
        return PipelineException.configuration(
                "Give one configuration file, such as: pigeonhole " + command + " conf/languages.conf");
    }

    static PipelineException oneRun() {
        return PipelineException.configuration("Give one run, such as: pigeonhole replay conf/languages.conf"
                + " stratify-44a30eec3090. The table runs has them.");
    }

    static PipelineException otherBits(PastRun past) {
        return PipelineException.difference(
                "Run " + past.id() + " does not come out again as its tables have it; the tables that differ are"
                        + " above. The same inputs, configuration and version give the same bits, so"
                        + " that rows were changed since, or this machine computes otherwise.");
    }

    static PipelineException notReplayable(PastRun past) {
        return PipelineException.dataContract("Run " + past.id() + " cannot be replayed: '" + past.job()
                + "' decides or changes something, or can be called again by itself; what can be"
                + " replayed are the jobs of 'run'.");
    }

    static PipelineException noSuchJob(PastRun past) {
        return PipelineException.configuration(
                "The configuration has no job '" + past.job() + "' about '" + past.subject() + "', which run "
                        + past.id() + " was. Give the file and the settings that it was run with.");
    }

    static PipelineException noTable(String table) {
        return PipelineException.configuration("There is no table '" + table + "'; the tables are "
                + String.join(
                        ", ", Tables.ALL.stream().map(TableDefinition::name).toList()) + ".");
    }

    static PipelineException fileExists(Path file) {
        return PipelineException.configuration(
                "The file " + file + " exists. Move it away, or name another one with --out.");
    }

    static PipelineException cannotWrite(Path file, IOException e) {
        return PipelineException.configuration(
                "The file " + file + " cannot be written: " + e + ". Name another one with --out.");
    }
}
