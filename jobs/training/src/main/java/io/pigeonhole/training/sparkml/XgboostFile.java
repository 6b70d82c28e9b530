package io.pigeonhole.training.sparkml;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Model;
import scala.Option;

/**
 * A classifier of XGBoost as one file: the number of classes, the number that is missing, and the booster in XGBoost's own
 * format. XGBoost4J's own writer calls a version of json4s that Spark 4 does not have. XGBoost is reached by reflection, since
 * the project does not contain it.
 */
final class XgboostFile {

    static final String MODEL = "ml.dmlc.xgboost4j.scala.spark.XGBoostClassificationModel";

    private static final String BOOSTER = "ml.dmlc.xgboost4j.scala.Booster";
    private static final String LIBRARY = "ml.dmlc.xgboost4j.scala.XGBoost";
    private static final String FORMAT = "ubj";
    private static final String NAME = "xgboost.ubj";

    private XgboostFile() {}

    static void write(Model<?> model, String folder, Configuration hadoop) {
        Path file = new Path(folder, NAME);
        try (DataOutputStream out =
                new DataOutputStream(file.getFileSystem(hadoop).create(file))) {
            Object booster = model.getClass().getMethod("nativeBooster").invoke(model);
            out.writeInt((Integer) model.getClass().getMethod("numClasses").invoke(model));
            out.writeFloat((Float) model.getOrDefault(model.getParam("missing")));
            out.write((byte[])
                    booster.getClass().getMethod("toByteArray", String.class).invoke(booster, FORMAT));
        } catch (IOException e) {
            throw new UncheckedIOException("the model cannot be saved to " + folder, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(MODEL + " cannot be saved to " + folder, e);
        }
    }

    static Model<?> read(String uid, String folder, Configuration hadoop) {
        Path file = new Path(folder, NAME);
        ClassLoader loader = SparkMlEstimators.loader();
        try (DataInputStream in = new DataInputStream(file.getFileSystem(hadoop).open(file))) {
            int classes = in.readInt();
            float missing = in.readFloat();
            Object booster = Class.forName(LIBRARY, true, loader)
                    .getMethod("loadModel", InputStream.class)
                    .invoke(null, in);
            Model<?> model = (Model<?>) Class.forName(MODEL, true, loader)
                    .getConstructor(String.class, int.class, Class.forName(BOOSTER, true, loader), Option.class)
                    .newInstance(uid, classes, booster, Option.empty());
            model.set(model.getParam("missing"), missing);
            model.set(model.getParam("featuresCol"), SparkMlModel.VECTOR);
            SparkMlModel.columns().forEach((parameter, column) -> model.set(model.getParam(parameter), column));
            return model;
        } catch (ClassNotFoundException e) {
            throw SparkMlErrors.notOnTheClassPath(MODEL);
        } catch (IOException e) {
            throw new UncheckedIOException("the model in " + folder + " cannot be read", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(MODEL + " cannot be loaded from " + folder, e);
        }
    }
}
