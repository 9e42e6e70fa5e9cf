using System.Buffers.Binary;
using System.Collections.Immutable;
using Parquet;
using Parquet.Schema;

namespace VlmQ.Datasets.Salvage;

/// <summary>Makes whole Parquet files, to be read, of pages in a file without a footer: one row group each.</summary>
internal sealed class RebuiltFile
{
    private const int MagicLength = 4;
    private const int SchemaField = 2;

    private readonly byte[] _schema;

    private RebuiltFile(ImmutableArray<SalvageColumn> columns, byte[] schema)
    {
        Columns = columns;
        _schema = schema;
    }

    /// <summary>The columns.</summary>
    public ImmutableArray<SalvageColumn> Columns { get; }

    /// <summary>Prepares files of a schema.</summary>
    public static async Task<RebuiltFile> OfAsync(ParquetSchema schema, CancellationToken cancellationToken)
    {
        // A file without rows has the schema in its footer as the writer of the parts puts it there.
        using MemoryStream empty = new();
        await using (await ParquetWriter.CreateAsync(schema, empty, null, false, cancellationToken).ConfigureAwait(false)) { }
        byte[] bytes = empty.ToArray();
        int footerLength = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - (2 * MagicLength)));
        ReadOnlySpan<byte> footer = bytes.AsSpan(bytes.Length - (2 * MagicLength) - footerLength, footerLength);
        return new RebuiltFile(SalvageColumn.Of(schema), SchemaIn(footer));
    }

    /// <summary>A file that ends with the row group.</summary>
    public Stream With(Stream pages, GroupLayout group, CompressionMethod compression) =>
        new FooteredStream(pages, group.End, Footer(group, compression));

    private static byte[] SchemaIn(ReadOnlySpan<byte> footer)
    {
        CompactReader reader = new(footer);
        int id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            int start = reader.Position;
            reader.Skip(type);
            if (id == SchemaField)
            {
                return footer[start..reader.Position].ToArray();
            }
        }
        throw new InvalidOperationException("The footer of an empty file has no schema.");
    }

    // FileMetaData of parquet.thrift, with what it requires and no more.
    private byte[] Footer(GroupLayout group, CompressionMethod compression)
    {
        CompactWriter writer = new();
        writer.Integer(1, 1, CompactType.I32);
        writer.Raw(SchemaField, CompactType.List, _schema);
        writer.Integer(3, group.Rows, CompactType.I64);
        writer.List(4, 1, CompactType.Struct);
        writer.Begin();
        writer.List(1, group.Chunks.Length, CompactType.Struct);
        long uncompressed = 0;
        for (int i = 0; i < group.Chunks.Length; i++)
        {
            WriteChunk(writer, Columns[i], group.Chunks[i], compression);
            uncompressed += group.Chunks[i].Uncompressed;
        }
        writer.Integer(2, uncompressed, CompactType.I64);
        writer.Integer(3, group.Rows, CompactType.I64);
        writer.End();
        writer.End();
        byte[] metadata = writer.ToArray();
        byte[] footer = new byte[metadata.Length + (2 * MagicLength)];
        metadata.CopyTo(footer, 0);
        BinaryPrimitives.WriteInt32LittleEndian(footer.AsSpan(metadata.Length), metadata.Length);
        "PAR1"u8.CopyTo(footer.AsSpan(metadata.Length + MagicLength));
        return footer;
    }

    private static void WriteChunk(CompactWriter writer, SalvageColumn column, ChunkLayout chunk, CompressionMethod compression)
    {
        writer.Begin();
        writer.Integer(2, chunk.Start, CompactType.I64);
        writer.Begin(3);
        writer.Integer(1, column.PhysicalType, CompactType.I32);
        writer.List(2, 0, CompactType.I32);
        writer.List(3, column.Path.Length, CompactType.Binary);
        foreach (string name in column.Path)
        {
            writer.Element(name);
        }
        writer.Integer(4, (int)compression, CompactType.I32);
        writer.Integer(5, chunk.Values, CompactType.I64);
        writer.Integer(6, chunk.Uncompressed, CompactType.I64);
        writer.Integer(7, chunk.Length, CompactType.I64);
        writer.Integer(9, chunk.Start + chunk.DictionaryLength, CompactType.I64);
        if (chunk.DictionaryLength > 0)
        {
            writer.Integer(11, chunk.Start, CompactType.I64);
        }
        writer.End();
        writer.End();
    }
}
