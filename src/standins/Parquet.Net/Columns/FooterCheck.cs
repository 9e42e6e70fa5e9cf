using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Columns;

/// <summary>Holds a footer against its schema and its file before anything is allocated or sought on its word.</summary>
internal static class FooterCheck
{
    /// <summary>Checks all row groups.</summary>
    /// <param name="footer">What the file claims.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="end">Offset of the footer: column chunks lie before it.</param>
    /// <exception cref="ParquetException">A claim cannot be true.</exception>
    public static void Check(FileMetaData footer, ParquetSchema schema, long end)
    {
        for (int i = 0; i < footer.RowGroups.Count; i++)
        {
            RowGroup group = footer.RowGroups[i];
            Require(
                group.Columns.Count == schema.Columns.Count,
                i,
                $"has {group.Columns.Count} columns, the schema {schema.Columns.Count}"
            );
            Require(group.NumRows >= 0, i, $"claims {group.NumRows} rows");
            for (int j = 0; j < group.Columns.Count; j++)
            {
                CheckChunk(group, i, group.Columns[j], schema.Columns[j], end);
            }
        }
    }

    private static void CheckChunk(RowGroup group, int index, ColumnChunk chunk, DataField column, long end)
    {
        ColumnMetaData meta = chunk.MetaData!;
        Require(
            meta.Type == column.SchemaElement!.Type && meta.PathInSchema.SequenceEqual(column.Path.ToList()),
            index,
            $"has '{string.Join('/', meta.PathInSchema)}' ({meta.Type}) in the place of '{column}'"
        );
        if (chunk.FilePath is not null)
        {
            return;
        }
        long length = meta.TotalCompressedSize;
        Require(
            meta.Start >= 4 && length >= 0 && meta.Start <= end && length <= end - meta.Start,
            index,
            $"places the column '{column.Path}' at {meta.Start}, {length} bytes, outside the file's {end}"
        );
        Require(
            meta.NumValues is >= 0 and <= int.MaxValue / 2 && new MemoryBudget(length).TryTake(meta.NumValues * BytesPerValue(column)),
            index,
            $"claims {meta.NumValues} values of the column '{column.Path}' in {length} bytes"
        );
        Require(
            column.MaxRepetitionLevel > 0 ? meta.NumValues >= group.NumRows : meta.NumValues == group.NumRows,
            index,
            $"has {group.NumRows} rows but {meta.NumValues} values of the column '{column.Path}'"
        );
    }

    /// <summary>Memory of a value and its levels.</summary>
    private static int BytesPerValue(DataField column) =>
        ColumnTypes.SizeOf(column.ClrType)
        + (column.Conversion?.StoredSize ?? 0)
        + (column.MaxDefinitionLevel > 0 ? 4 : 0)
        + (column.MaxRepetitionLevel > 0 ? 4 : 0);

    private static void Require(bool holds, int group, string claim)
    {
        if (!holds)
        {
            throw new ParquetException($"Row group {group} {claim}; the file is damaged.");
        }
    }
}
