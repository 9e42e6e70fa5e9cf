using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Parquet.Data;
using Parquet.Meta.Proto;
using Parquet.Schema;

namespace Parquet.Tests;

public sealed class DamagedFileTests
{
    private const int Rows = 60;
    private const int MutationsPerFile = 300;

    public static TheoryData<CompressionMethod, bool> Files
    {
        get
        {
            var data = new TheoryData<CompressionMethod, bool>();
            foreach (TheoryDataRow<CompressionMethod> codec in InMemory.Codecs)
            {
                data.Add(codec.Data, false);
                data.Add(codec.Data, true);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Mutated_files_are_read_or_refused_and_nothing_else(CompressionMethod codec, bool dictionary)
    {
        byte[] file = await SampleAsync(codec, dictionary);
        var random = new Random(((int)codec * 2) + (dictionary ? 1 : 0));
        int refused = 0;
        for (int i = 0; i < MutationsPerFile; i++)
        {
            byte[] mutated = Mutate(file, random);
            Exception? thrown = await Record.ExceptionAsync(() => ReadAllAsync(mutated));
            Assert.True(thrown is null or IOException or ThriftProtocolException or ParquetException, $"Mutation {i} ended in {thrown}");
            refused += thrown is null ? 0 : 1;
        }
        // Most damage shows; some of it (in values that no checksum covers) cannot.
        Assert.InRange(refused, MutationsPerFile / 4, MutationsPerFile);
    }

    [Fact]
    public async Task Every_truncation_is_refused_as_not_being_a_whole_file()
    {
        byte[] file = await SampleAsync(CompressionMethod.Snappy, false);
        for (int length = 0; length < file.Length; length += 97)
        {
            await Assert.ThrowsAsync<IOException>(() => ReadAllAsync(file[..length]));
        }
    }

    [Fact]
    public async Task A_stream_of_something_else_is_an_io_error()
    {
        await Assert.ThrowsAsync<IOException>(() => ReadAllAsync(Encoding.UTF8.GetBytes("this is not a table at all")));
    }

    [Fact]
    public async Task A_footer_longer_than_the_file_is_an_io_error()
    {
        byte[] file = await SampleAsync(CompressionMethod.None, false);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - 8), int.MaxValue);
        await Assert.ThrowsAsync<IOException>(() => ReadAllAsync(file));
    }

    [Fact]
    public async Task A_footer_of_noise_is_a_protocol_error()
    {
        byte[] file = await SampleAsync(CompressionMethod.None, false);
        int footer = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8));
        file.AsSpan(file.Length - 8 - footer, footer).Fill(0xFF);
        await Assert.ThrowsAsync<ThriftProtocolException>(() => ReadAllAsync(file));
    }

    private static async Task<byte[]> SampleAsync(CompressionMethod codec, bool dictionary)
    {
        SampleColumn[] columns = [.. SampleColumn.All().Where((column, i) => i % 3 == 0 || column.Root.Name == "nested")];
        var schema = new ParquetSchema(columns.Select(column => column.Root));
        var options = new ParquetOptions
        {
            CompressionMethod = codec,
            CompressionLevel = CompressionLevel.Fastest,
            DictionaryEncodingThreshold = 1,
        };
        foreach (DataField leaf in schema.DataFields.Where(_ => dictionary))
        {
            options.ColumnEncodingHints[leaf.Path.ToString()] = EncodingHint.Dictionary;
        }
        MemoryStream stream = await InMemory.WriteAsync(
            schema,
            options,
            async group =>
            {
                for (int i = 0; i < columns.Length; i++)
                {
                    await columns[i].WriteAsync(group, schema.DataFields[i], Rows);
                }
            }
        );
        return stream.ToArray();
    }

    private static async Task ReadAllAsync(byte[] file)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(new MemoryStream(file));
        DataField[] fields = reader.Schema.DataFields;
        foreach (ParquetRowGroupReader group in reader.RowGroups)
        {
            foreach (DataField field in fields)
            {
                _ = group.GetStatistics(field);
                using RawColumnData column = await group.ReadRawColumnDataBaseAsync(field);
            }
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] file = [.. original];
        int at = random.Next(file.Length);
        switch (random.Next(6))
        {
            case 0:
                file[at] ^= (byte)(1 << random.Next(8));
                return file;
            case 1:
                file[at] = (byte)random.Next(256);
                return file;
            case 2:
                // A long variable-length number, wherever it falls.
                file.AsSpan(at, Math.Min(5, file.Length - at)).Fill(0xFF);
                return file;
            case 3:
                // A length field, wherever it falls.
                int[] lengths = [-1, int.MaxValue, int.MinValue, 0, 1 << 20, random.Next()];
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(Math.Min(at, file.Length - 4)), lengths[random.Next(lengths.Length)]);
                return file;
            case 4:
                // Bytes that are gone, the end kept.
                int gone = random.Next(1, Math.Min(40, file.Length - at + 1));
                return [.. file[..at], .. file[(at + gone - (at + gone > file.Length ? 1 : 0))..]];
            default:
                // Several at once.
                for (int i = 0; i < 8; i++)
                {
                    file[random.Next(4, file.Length - 4)] ^= (byte)(1 << random.Next(8));
                }
                return file;
        }
    }
}
