using Parquet.Schema;

namespace Parquet.Tests;

/// <summary>Writes files to memory and reads them back.</summary>
internal static class InMemory
{
    /// <summary>Writes one row group.</summary>
    public static Task<MemoryStream> WriteAsync(ParquetSchema schema, ParquetOptions options, Func<ParquetRowGroupWriter, Task> fill) =>
        WriteAsync(schema, options, [fill]);

    /// <summary>Writes a row group for each function.</summary>
    public static async Task<MemoryStream> WriteAsync(
        ParquetSchema schema,
        ParquetOptions options,
        params Func<ParquetRowGroupWriter, Task>[] fills
    )
    {
        var stream = new MemoryStream();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream, options))
        {
            foreach (Func<ParquetRowGroupWriter, Task> fill in fills)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await fill(group);
                group.CompleteValidate();
            }
        }
        stream.Position = 0;
        return stream;
    }

    /// <summary>A column's defined values and levels.</summary>
    public static async Task<(T[] Values, int[] Definitions, int[] Repetitions)> ReadRawAsync<T>(Stream stream, string path, int group = 0)
        where T : struct
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream);
        DataField field = reader.Schema.FindDataField(new FieldPath(path.Split('/')));
        ParquetRowGroupReader rows = reader.OpenRowGroupReader(group);
        int count = (int)rows.GetMetadata(field)!.MetaData!.NumValues;
        var values = new T[count];
        var definitions = new int[count];
        var repetitions = new int[count];
        await rows.ReadRawAsync<T>(field, values, definitions, repetitions);
        int defined = definitions.Count(level => level == field.MaxDefinitionLevel);
        return (values[..defined], definitions, repetitions);
    }

    /// <summary>All codecs that are written.</summary>
    public static TheoryData<CompressionMethod> Codecs { get; } =
        new(
            CompressionMethod.None,
            CompressionMethod.Snappy,
            CompressionMethod.Gzip,
            CompressionMethod.Zstd,
            CompressionMethod.Brotli,
            CompressionMethod.Lz4Raw
        );
}
