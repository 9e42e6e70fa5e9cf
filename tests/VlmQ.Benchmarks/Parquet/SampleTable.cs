using Parquet;
using Parquet.Schema;
using VlmQ.Core.Randomness;

namespace VlmQ.Benchmarks.Parquet;

/// <summary>
/// A table like a part of token transitions: 20,000 rows of id, ~200 integers, ~40 floats and ~6 KB of bytes that do not compress.
/// </summary>
internal sealed class SampleTable
{
    public const int Rows = 20_000;
    private const int VocabularySize = 50_257;
    private readonly int[] _ids = new int[Rows];
    private readonly ReadOnlyMemory<byte>[] _images = new ReadOnlyMemory<byte>[Rows];
    private readonly Lists<int> _tokens;
    private readonly Lists<float> _rewards;

    public SampleTable(long seed)
    {
        RandomCursor random = RandomKey.Of(seed, "parquet benchmark").Cursor();
        List<int> tokenCounts = [];
        List<int> rewardCounts = [];
        for (int row = 0; row < Rows; row++)
        {
            _ids[row] = row;
            tokenCounts.Add(180 + random.NextIndex(41));
            rewardCounts.Add(30 + random.NextIndex(21));
            _images[row] = Noise(ref random, 5_900 + random.NextIndex(400));
        }
        _tokens = new Lists<int>(tokenCounts);
        _rewards = new Lists<float>(rewardCounts);
        foreach (ref int token in _tokens.Values.AsSpan())
        {
            token = random.NextIndex(VocabularySize);
        }
        foreach (ref float reward in _rewards.Values.AsSpan())
        {
            reward = (float)random.NextDouble();
        }
        Bytes = (4L * (Rows + _tokens.Values.Length + _rewards.Values.Length)) + _images.Sum(image => (long)image.Length);
    }

    /// <summary>Bytes of all values; levels and lengths do not count.</summary>
    public long Bytes { get; }

    private static ParquetSchema Schema() =>
        new(
            new DataField<int>("id"),
            new ListField("tokens", new DataField<int>("element")),
            new ListField("rewards", new DataField<float>("element")),
            new DataField("image", typeof(byte[]), false)
        );

    /// <summary>Writes the table as one row group.</summary>
    public async Task WriteAsync(Stream output, ParquetOptions options)
    {
        ParquetSchema schema = Schema();
        DataField[] fields = schema.DataFields;
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, output, options);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        await group.WriteAsync<int>(fields[0], _ids);
        await group.WriteAllPartsAsync<int>(fields[1], _tokens.Values, _tokens.Definitions, _tokens.Repetitions, CancellationToken.None);
        await group.WriteAllPartsAsync<float>(
            fields[2],
            _rewards.Values,
            _rewards.Definitions,
            _rewards.Repetitions,
            CancellationToken.None
        );
        await group.WriteAsync<ReadOnlyMemory<byte>>(fields[3], _images);
    }

    /// <summary>Buffers for <see cref="ReadAsync"/>, to be reused as a streaming reader reuses its own.</summary>
    public TableBuffers Buffers() => new(_ids.Length, _tokens.Values.Length, _rewards.Values.Length);

    /// <summary>Reads the table.</summary>
    public static async Task ReadAsync(Stream input, TableBuffers buffers)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(input);
        DataField[] fields = reader.Schema.DataFields;
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        await group.ReadRawAsync<int>(fields[0], buffers.Ids, null, null);
        await group.ReadRawAsync<int>(fields[1], buffers.Tokens, buffers.Definitions, buffers.Repetitions);
        await group.ReadRawAsync<float>(fields[2], buffers.Rewards, buffers.Definitions, buffers.Repetitions);
        await group.ReadRawAsync<ReadOnlyMemory<byte>>(fields[3], buffers.Images, null, null);
    }

    private static byte[] Noise(ref RandomCursor random, int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i + 8 <= length; i += 8)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(i), random.NextUInt64());
        }
        return bytes;
    }

    private sealed class Lists<T>
    {
        // The definition level of an item, in a list that may be null or empty.
        private const int Defined = 2;

        public Lists(List<int> counts)
        {
            Values = new T[counts.Sum()];
            Definitions = new int[Values.Length];
            Repetitions = new int[Values.Length];
            Definitions.AsSpan().Fill(Defined);
            Repetitions.AsSpan().Fill(1);
            int row = 0;
            foreach (int count in counts)
            {
                Repetitions[row] = 0;
                row += count;
            }
        }

        public T[] Values { get; }

        public int[] Definitions { get; }

        public int[] Repetitions { get; }
    }
}
