"""Every key of conf/spark/*.conf must be one that Spark, Delta or Hadoop's S3A knows: spark_defaults.py SPARK_HOME JAR S3_JARS

A key is known when it is a string constant of its own in the classes of these jars. Commented keys count, too.
"""

import pathlib
import re
import struct
import sys
import zipfile

SPARK = ("spark-core", "spark-catalyst", "spark-sql", "spark-network", "spark-common", "spark-kubernetes", "spark-kvstore")


def constants(jars):
    """The text of all classes, in which a constant stands behind its tag and length."""
    for jar in jars:
        with zipfile.ZipFile(jar) as classes:
            for name in classes.namelist():
                if name.endswith(".class") and "shaded" not in name:
                    yield classes.read(name)


def keys(file):
    """The keys that a file sets, or names in a comment as if it did."""
    for line in file.read_text(encoding="utf-8").splitlines():
        match = re.match(r"(?:# )?(spark\.[A-Za-z0-9.]+)\s+\S", line)
        if match:
            yield match.group(1)


def main():
    spark, ours, s3 = (pathlib.Path(argument) for argument in sys.argv[1:4])
    jars = [jar for jar in (spark / "jars").glob("*.jar") if jar.name.startswith(SPARK)]
    jars += [ours, *s3.glob("hadoop-aws-*.jar")]
    files = sorted(pathlib.Path("conf/spark").glob("*.conf"))
    wanted = {key: file for file in files for key in keys(file)}
    if len(files) < 3 or len(wanted) < 20:
        raise SystemExit(f"FAILED: only {len(wanted)} keys found in {len(files)} files of conf/spark")
    # Delta's keys are put together behind a common prefix, Hadoop's are Spark's behind another
    shorter = {key: re.sub(r"^spark\.(hadoop|databricks\.delta)\.", "", key).encode() for key in wanted}
    patterns = {key: b"\x01" + struct.pack(">H", len(text)) + text for key, text in shorter.items()}
    unknown = dict(patterns)
    for text in constants(jars):
        for key in [key for key, pattern in unknown.items() if pattern in text]:
            del unknown[key]
        if not unknown:
            break
    if unknown:
        lines = "\n".join(f"  {wanted[key]}: {key}" for key in sorted(unknown))
        raise SystemExit(f"FAILED: neither Spark nor Delta nor S3A knows\n{lines}")
    print(f"  {len(wanted)} keys in {len(files)} files are known")


if __name__ == "__main__":
    main()
