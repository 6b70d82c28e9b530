"""Delta tables on a local disk, read by deltalake and Arrow's own file system.

deltalake hands Arrow a file system written in Python otherwise, which Arrow's threads may still hold when the interpreter ends;
it then aborts ("terminate called without an active exception", exit code 134, apache/arrow#45017).
"""

from deltalake import DeltaTable
from pyarrow import fs


def dataset(table):
    """What a DeltaTable, or one in a folder, holds, as an Arrow data set."""
    table = table if isinstance(table, DeltaTable) else DeltaTable(str(table))
    return table.to_pyarrow_dataset(filesystem=fs.SubTreeFileSystem(table.table_uri.removeprefix("file://"), fs.LocalFileSystem()))


def rows(table):
    """The same in memory."""
    return dataset(table).to_table()


def duckdb():
    """A connection of DuckDB with its own reader of Delta tables, delta_scan."""
    import duckdb as engine
    from duckdb_extensions import import_extension

    connection = engine.connect()
    import_extension("delta")
    connection.execute("LOAD delta")
    connection.execute("SET TimeZone = 'UTC'")
    return connection
