using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using Parquet.Schema;

namespace Parquet.Tests;

public sealed class RoundTripLaws
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(300);

    [Fact]
    public void Whatever_bytes_are_written_come_back_through_snappy()
    {
        // Pieces of earlier bytes again and again, at all distances: what the compressor's copies are made of.
        Gen<byte[]> repetitive = Gen.Choose(1, 70)
            .SelectMany(period =>
                Gen.Choose(0, 3000).SelectMany(length => Gen.Choose(0, int.MaxValue).Select(seed => Repetitive(period, length, seed)))
            );
        var cases = Gen.OneOf(repetitive, ArbMap.Default.GeneratorFor<byte[]>()).ArrayOf().ToArbitrary();
        Check.One(Quick, Prop.ForAll(cases, blobs => CameBack(blobs, CompressionMethod.Snappy)));
        Assert.True(CameBack([Repetitive(7, 200_000, 1), Repetitive(66_000, 200_000, 2), new byte[300_000]], CompressionMethod.Snappy));
    }

    [Fact]
    public void Whatever_lists_of_lists_are_written_come_back_in_both_encodings()
    {
        Gen<object?> item = Gen.Frequency((1, Gen.Constant<object?>(null)), (6, Gen.Choose(-3, 3).Select(i => (object?)i)));
        Gen<object?> inner = Gen.Frequency((1, Gen.Constant<object?>(null)), (6, item.ArrayOf().Select(items => (object?)items)));
        Gen<object?> outer = Gen.Frequency((1, Gen.Constant<object?>(null)), (6, inner.ArrayOf().Select(items => (object?)items)));
        Check.One(Quick, Prop.ForAll(outer.ArrayOf().ToArbitrary(), rows => CameBack(rows, false) && CameBack(rows, true)));
    }

    [Fact]
    public void Runs_and_mixtures_of_few_values_come_back_from_a_dictionary()
    {
        Gen<int[]> runs = Gen.Choose(0, 40)
            .SelectMany(value => Gen.Choose(1, 30).Select(length => Enumerable.Repeat(value, length).ToArray()));
        var cases = runs.ArrayOf().Select(parts => parts.SelectMany(part => part).ToArray()).ToArbitrary();
        Check.One(
            Quick,
            Prop.ForAll(
                cases,
                values =>
                {
                    object?[] rows = [.. values.Select(value => (object?)new object?[] { new object?[] { value } })];
                    return CameBack(rows, true);
                }
            )
        );
    }

    private static byte[] Repetitive(int period, int length, int seed)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = i < period || random.Next(40) == 0 ? (byte)random.Next(256) : bytes[i - period];
        }
        return bytes;
    }

    private static bool CameBack(byte[][] blobs, CompressionMethod codec)
    {
        var schema = new ParquetSchema(new DataField("x", typeof(byte[]), false));
        var options = new ParquetOptions { CompressionMethod = codec, CompressionLevel = CompressionLevel.Fastest };
        return RunAsync().GetAwaiter().GetResult();

        async Task<bool> RunAsync()
        {
            MemoryStream file = await InMemory.WriteAsync(schema, options, group => group.WriteAsync(schema.DataFields[0], blobs));
            (ReadOnlyMemory<byte>[] read, _, _) = await InMemory.ReadRawAsync<ReadOnlyMemory<byte>>(file, "x");
            return read.Length == blobs.Length && read.Zip(blobs).All(pair => pair.First.Span.SequenceEqual(pair.Second));
        }
    }

    private static bool CameBack(object?[] rows, bool dictionary)
    {
        var root = new ListField("l", new ListField("element", new DataField<int?>("element")));
        var schema = new ParquetSchema(root);
        DataField leaf = schema.DataFields[0];
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.None, DictionaryEncodingThreshold = 1 };
        options.ColumnEncodingHints[leaf.Path.ToString()] = dictionary ? EncodingHint.Dictionary : EncodingHint.Default;
        return RunAsync().GetAwaiter().GetResult();

        async Task<bool> RunAsync()
        {
            var column = new SampleColumn(root, "", i => rows[i]);
            MemoryStream file = await InMemory.WriteAsync(schema, options, group => column.WriteAsync(group, leaf, rows.Length));
            (int[] values, int[] definitions, int[] repetitions) = await InMemory.ReadRawAsync<int>(file, leaf.Path.ToString());
            return System.Text.Json.JsonSerializer.Serialize(Dremel.Assemble(root, leaf, values, definitions, repetitions))
                == System.Text.Json.JsonSerializer.Serialize(rows);
        }
    }
}
