using System.Collections.Immutable;
using Parquet;
using Parquet.Schema;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tests.Support;

namespace VlmQ.Datasets.Tests.Episodes;

/// <summary>Parts that somebody else wrote: whole Parquet files whose rows break the format's rules.</summary>
public sealed class RowRulesTests
{
    [Fact]
    public async Task Rows_that_keep_the_rules_make_episodes()
    {
        Episode episode = EpisodeStorage.Decode((await ReadAsync(new Rows()))[0].Episode.OrThrow()).OrThrow();

        Assert.Equal(2, episode.Turns.Length);
        Assert.NotNull(episode.FinalObservation);
    }

    public static TheoryData<string, string, int> Broken =>
        new()
        {
            { "turn", "turn", 1 },
            { "env", "env", 2 },
            { "seed", "seed", 1 },
            { "reward", "reward", 0 },
            { "terminated early", "terminated", 0 },
            { "never ends", "truncated", 2 },
            { "no final row", "truncated", 1 },
            { "final reply", "reply", 2 },
            { "final action", "action", 2 },
            { "final reward", "reward", 2 },
            { "final not truncated", "truncated", 2 },
            { "picture", "image/bytes", 1 },
            { "tokenizer", "tokenizer", 0 },
            { "ids", "reply_ids", 0 },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_row_that_breaks_a_rule_is_named_with_its_part_row_and_column(string what, string column, int row)
    {
        Rows rows = new();
        Action breakIt = what switch
        {
            "turn" => () => rows.Turn[1] = 5,
            "env" => () => rows.Env[2] = "other",
            "seed" => () => rows.Seed[1] = 8,
            "reward" => () => rows.Reward[0] = float.NaN,
            "terminated early" => () => rows.Terminated[0] = true,
            "never ends" => () => (rows.Truncated[1], rows.Truncated[2]) = (false, false),
            "no final row" => () => rows.Count = 2,
            "final reply" => () => rows.Reply[2] = "x",
            "final action" => () => rows.Action[2] = "+",
            "final reward" => () => rows.Reward[2] = 1,
            "final not truncated" => () => rows.Truncated[2] = false,
            "picture" => () => rows.Picture[1] = [],
            "tokenizer" => () => rows.Tokenizer[0] = "abc",
            "ids" => () => (rows.Tokenizer[0], rows.Ids[0]) = ("abc", []),
            _ => throw new ArgumentException(what, nameof(what)),
        };
        breakIt();

        ReadEpisode<StoredEpisode> read = Assert.Single(await ReadAsync(rows));

        Fault fault = TransitionFolders.FaultOf(read.Episode);
        Assert.Equal("e", read.Id);
        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.EndsWith("part-00000.parquet", fault.Where, StringComparison.Ordinal);
        Assert.StartsWith($"row {row}, column {column}: ", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_without_a_column_is_named()
    {
        using TemporaryFolder folder = new();
        ParquetSchema schema = new(new DataField<string>("episode_id", false));
        await using (FileStream stream = File.Create(folder["part-00000.parquet"]))
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync(schema.DataFields[0], (string?[])["e"]);
            group.CompleteValidate();
        }
        WriteManifest(folder, rows: 1, turns: 1);

        FaultException exception = await Assert.ThrowsAsync<FaultException>(() => ReadAllAsync(folder));

        Assert.Contains("turn", exception.Fault.What, StringComparison.Ordinal);
        Assert.Equal(folder["part-00000.parquet"], exception.Fault.Where);
    }

    private static async Task<List<ReadEpisode<StoredEpisode>>> ReadAsync(Rows rows)
    {
        using TemporaryFolder folder = new();
        await rows.WriteAsync(folder["part-00000.parquet"]);
        WriteManifest(folder, rows.Count, 2);
        return await ReadAllAsync(folder);
    }

    private static async Task<List<ReadEpisode<StoredEpisode>>> ReadAllAsync(TemporaryFolder folder)
    {
        List<ReadEpisode<StoredEpisode>> episodes = [];
        await foreach (ReadEpisode<StoredEpisode> episode in EpisodeDataset.OpenReader(folder.Path).OrThrow().ReadResultsAsync())
        {
            episodes.Add(episode);
        }
        return episodes;
    }

    private static void WriteManifest(TemporaryFolder folder, int rows, int turns)
    {
        byte[] bytes = File.ReadAllBytes(folder["part-00000.parquet"]);
        PartEntry part = new("part-00000.parquet", rows, turns, 1, bytes.Length, Digest.Of(bytes));
        DatasetManifest manifest = new()
        {
            Kind = DatasetKind.Episodes,
            Digests = Samples.Header().Digests,
            Parts = [part],
            Complete = true,
            Consumed = 1,
        };
        File.WriteAllBytes(folder["manifest.json"], ManifestJson.Write(manifest));
    }

    /// <summary>Two turns and the final observation of a truncated episode.</summary>
    private sealed class Rows
    {
        private static readonly byte[] Png = [.. Images.PictureCodecTests.Sample];

        public int Count { get; set; } = 3;

        public int[] Turn { get; } = [0, 1, 2];

        public string[] Env { get; } = ["v", "v", "v"];

        public long[] Seed { get; } = [7, 7, 7];

        public byte[][] Picture { get; } = [Png, Png, Png];

        public string[] Reply { get; } = ["a", "b", ""];

        public ImmutableArray<int>[] Ids { get; } = [default, default, default];

        public string?[] Tokenizer { get; } = [null, null, null];

        public string?[] Action { get; } = ["+", null, null];

        public float[] Reward { get; } = [1, 2, 0];

        public bool[] Terminated { get; } = [false, false, false];

        public bool[] Truncated { get; } = [false, true, true];

        public async Task WriteAsync(string path)
        {
            ParquetSchema schema = new EpisodeCodec().Schema;
            Dictionary<string, DataField> fields = schema.DataFields.ToDictionary(field => field.Path.ToString());
            await using FileStream stream = File.Create(path);
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream);
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync(fields["episode_id"], Repeat("e"));
            await group.WriteAsync<int>(fields["turn"], Turn.AsMemory(0, Count));
            await group.WriteAsync(fields["env"], (string?[])Env[..Count]);
            await group.WriteAsync<long>(fields["seed"], Seed.AsMemory(0, Count));
            await group.WriteAsync(fields["policy"], Repeat("p"));
            await group.WriteAsync(fields["goal"], Repeat(""));
            await group.WriteAsync(fields["text"], Repeat(""));
            await group.WriteAsync(fields["image/bytes"], (byte[]?[])Picture[..Count]);
            await group.WriteAsync(fields["image/path"], new string?[Count]);
            await group.WriteAsync(fields["reply"], (string?[])Reply[..Count]);
            int[] levels = [.. Ids[..Count].Select(ids => ids.IsDefault ? 0 : 1)];
            await group.WriteAllPartsAsync<int>(
                fields["reply_ids/list/element"],
                ReadOnlyMemory<int>.Empty,
                levels,
                new int[Count],
                CancellationToken.None
            );
            await group.WriteAsync(fields["tokenizer"], Tokenizer[..Count]);
            await group.WriteAsync(fields["action"], Action[..Count]);
            await group.WriteAsync<float>(fields["reward"], Reward.AsMemory(0, Count));
            await group.WriteAsync<bool>(fields["terminated"], Terminated.AsMemory(0, Count));
            await group.WriteAsync<bool>(fields["truncated"], Truncated.AsMemory(0, Count));
            await group.WriteAsync<bool>(fields["success"], new bool?[Count].AsMemory());
            await group.WriteAsync(fields["info"], Repeat("{}"));
            group.CompleteValidate();
        }

        private string?[] Repeat(string value) => [.. Enumerable.Repeat(value, Count)];
    }
}
