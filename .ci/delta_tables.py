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
