using Parquet;
using Parquet.Schema;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Importing;
using VlmQ.Datasets.Importing.Flat;
using static VlmQ.Datasets.Tests.Importing.Imports;

namespace VlmQ.Datasets.Tests.Importing;

public sealed class FlatImportTests : IDisposable
{
    private static readonly ColumnMap Map = new()
    {
        Columns = new MappedColumns
        {
            Episode = "episode",
            Step = "step",
            Image = "image",
            Action = "action",
            Reward = "reward",
            Terminated = "done",
        },
        Actions = ["left", "right"],
        Constants = new MappedConstants { Goal = "go", Env = "maze" },
    };

    private readonly Imports _imports = new();

    public void Dispose() => _imports.Dispose();

    [Fact]
    public async Task Rows_become_turns_and_numbers_become_the_names_of_actions()
    {
        await _imports.RunAsync(new ImportOptions { Map = Map, Policy = "expert" }, await WriteAsync("a", Steps(0, 2), Steps(1, 3)));
        List<StoredEpisode> episodes = await _imports.EpisodesAsync();
        Assert.Equal(["episode-000000", "episode-000001"], episodes.Select(episode => episode.Id));
        Assert.All(episodes, episode => Assert.Equal(("maze", "expert"), (episode.Environment, episode.Policy)));
        Assert.Equal(["left", "right", "left"], episodes[1].Turns.Select(turn => turn.Action));
        Assert.Equal("{\"action\": \"right\"}", episodes[1].Turns[1].Reply.Text);
        Assert.Equal([10f, 11f, 12f], episodes[1].Turns.Select(turn => turn.Reward));
        Assert.All(episodes[1].Turns, turn => Assert.Equal(A, turn.Observation.Picture));
        Assert.All(episodes[1].Turns, turn => Assert.Equal("go", turn.Observation.Goal));
    }

    [Fact]
    public async Task An_episode_may_go_on_in_the_next_row_group_and_the_next_file()
    {
        Row[] rows = Steps(4, 5);
        string[] files = [await WriteAsync("a", rows[..1], rows[1..3]), await WriteAsync("b", rows[3..])];
        (await _imports.RunAsync(new ImportOptions { Map = Map }, files)).OrThrow();
        Assert.Equal(5, Assert.Single(await _imports.EpisodesAsync()).Turns.Length);
    }

    [Fact]
    public async Task A_last_row_without_an_action_is_the_final_observation()
    {
        Row[] rows = Steps(0, 3);
        rows[1] = rows[1] with { Done = false };
        rows[2] = rows[2] with { Action = null, Reward = null, Done = null, Image = B };
        (await _imports.RunAsync(new ImportOptions { Map = Map }, await WriteAsync("a", rows))).OrThrow();
        StoredEpisode episode = Assert.Single(await _imports.EpisodesAsync());
        Assert.Equal(2, episode.Turns.Length);
        Assert.Equal(B, episode.FinalObservation!.Picture);
    }

    [Theory]
    [InlineData(PixelOrder.Hwc)]
    [InlineData(PixelOrder.Chw)]
    public async Task Pixels_become_png(PixelOrder order)
    {
        // Row-major [2, 3, 3] and its transpose; the picture is the same.
        byte[] pixels = [.. Enumerable.Range(1, 18).Select(value => (byte)(value * 10))];
        byte[] stored =
            order == PixelOrder.Hwc
                ? pixels
                : [.. from channel in Enumerable.Range(0, 3) from pixel in Enumerable.Range(0, 6) select pixels[(3 * pixel) + channel]];
        ColumnMap map = Map with
        {
            Pixels = new PixelLayout
            {
                Height = 2,
                Width = 3,
                Order = order,
            },
        };
        string file = await WriteAsync("a", [.. Steps(0, 1).Select(row => row with { Image = stored })]);
        (await _imports.RunAsync(new ImportOptions { Map = map }, file)).OrThrow();
        StoredTurn turn = Assert.Single(Assert.Single(await _imports.EpisodesAsync()).Turns);
        Assert.Equal(new RgbImage(3, 2, [.. pixels]), PictureCodec.Decode(turn.Observation.Picture.AsSpan(), "").OrThrow());
    }

    [Fact]
    public async Task Tasks_are_looked_up_in_their_table()
    {
        Directory.CreateDirectory(_imports["meta"]);
        _imports.Write("meta/tasks.jsonl", """{"task_index": 0, "task": "sit"}""", """{"task_index": 1, "task": "stand"}""");
        Directory.CreateDirectory(_imports["data", "chunk-000"]);
        ColumnMap map = Map with { Columns = Map.Columns with { TaskIndex = "step" }, Tasks = "meta/tasks.jsonl" };
        (await _imports.RunAsync(new ImportOptions { Map = map }, await WriteAsync("data/chunk-000/a", Steps(0, 2)))).OrThrow();
        Assert.Equal(["sit", "stand"], Assert.Single(await _imports.EpisodesAsync()).Turns.Select(turn => turn.Observation.Goal));
        Assert.Contains("there is no task 2", await FaultAsync(map, Steps(0, 3), "data/chunk-000/b"), StringComparison.Ordinal);
        Assert.Contains("leads out", await FaultAsync(map with { Tasks = "../tasks.jsonl" }, Steps(0, 1)), StringComparison.Ordinal);
        Assert.Contains("no table of tasks", await FaultAsync(map with { Tasks = "tasks" }, Steps(0, 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("task")]
    [InlineData("__index_level_0__")]
    public async Task A_table_of_tasks_may_be_parquet_too(string column)
    {
        DataField<long> index = new("task_index");
        DataField<string> task = new(column);
        await using (FileStream stream = File.Create(_imports["tasks.parquet"]))
        {
            ParquetOptions options = new() { CompressionMethod = CompressionMethod.None };
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(index, task), stream, options);
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<long>(index, new long[] { 1, 0 });
            await group.WriteAsync(task, (string?[])["stand", "sit"]);
        }
        ColumnMap map = Map with { Columns = Map.Columns with { TaskIndex = "step" }, Tasks = "tasks.parquet" };
        (await _imports.RunAsync(new ImportOptions { Map = map }, await WriteAsync("a", Steps(0, 2)))).OrThrow();
        Assert.Equal(["sit", "stand"], Assert.Single(await _imports.EpisodesAsync()).Turns.Select(turn => turn.Observation.Goal));
    }

    [Fact]
    public async Task Missing_rewards_are_refused_with_a_way_out()
    {
        ColumnMap map = Map with { Columns = Map.Columns with { Reward = null } };
        string said = await FaultAsync(map, Steps(0, 2));
        Assert.Contains(
            "it has no rewards; map a column with `reward`, or say what they are: --final-reward 1",
            said,
            StringComparison.Ordinal
        );
        ImportOptions options = new()
        {
            Map = map with { Constants = new MappedConstants { Success = true } },
            Rewards = new RewardRule { FinalIsSuccess = true },
        };
        (await _imports.RunAsync(options, await WriteAsync("a", Steps(0, 2)))).OrThrow();
        Assert.Equal([0f, 1f], Assert.Single(await _imports.EpisodesAsync()).Turns.Select(turn => turn.Reward));
    }

    [Fact]
    public async Task A_video_is_refused_with_a_way_out()
    {
        Directory.CreateDirectory(_imports["meta"]);
        _imports.Write("meta/info.json", """{"features": {"observation.image": {"dtype": "video"}}}""");
        ColumnMap map = Map with { Columns = Map.Columns with { Image = "observation.image" } };
        string said = await FaultAsync(map, Steps(0, 1));
        Assert.Contains("'observation.image' is a video", said, StringComparison.Ordinal);
        Assert.Contains("use_videos=False", said, StringComparison.Ordinal);
        ColumnMap path = Map with { Columns = Map.Columns with { Image = "path", Action = "path" } };
        Assert.Contains(
            "frame of a video",
            await FaultAsync(path, [Steps(0, 1)[0] with { Path = "videos/a.mp4" }]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_the_map_gets_wrong_is_said_with_file_and_column()
    {
        (Func<MappedColumns, MappedColumns> Change, string Said)[] cases =
        [
            (columns => columns with { Reward = "gain" }, "there is no column 'gain'; name one of these in the map: episode, step, image"),
            (columns => columns with { Reward = "path" }, "the column 'path' holds values of type text, not numbers"),
            (columns => columns with { Step = "reward" }, "the column 'reward' holds values of type Double, not whole numbers"),
            (columns => columns with { Image = "reward" }, "the column 'reward' holds values of type Double, not bytes"),
            (columns => columns with { Terminated = "path" }, "not true or false"),
            (columns => columns with { Goal = "state" }, "the column 'state' is a list; name a column of single values"),
            (columns => columns with { Image = "state" }, "the column 'state' is a list of numbers; say how pixels lie in it"),
            (columns => columns with { Action = null }, "names neither an `action` nor a `reply`"),
            (columns => columns with { TaskIndex = "step" }, "`task_index` and `tasks` come together"),
        ];
        foreach ((Func<MappedColumns, MappedColumns> change, string said) in cases)
        {
            Assert.Contains(said, await FaultAsync(Map with { Columns = change(Map.Columns) }, Steps(0, 2)), StringComparison.Ordinal);
        }
        Assert.Contains(
            "list what they mean in the map",
            await FaultAsync(Map with { Actions = [] }, Steps(0, 2)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "holds 1, and the map names 1 actions",
            await FaultAsync(Map with { Actions = ["a"] }, Steps(0, 2)),
            StringComparison.Ordinal
        );
        Assert.Contains("a map is needed", await FaultAsync(null, Steps(0, 2)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_row_gets_wrong_is_said_with_file_and_row()
    {
        Row[] rows = Steps(0, 3);
        (int Row, Func<Row, Row> Change, string Said)[] cases =
        [
            (1, row => row with { Step = 5 }, "a.parquet, row 1: step 5 follows step 0"),
            (1, row => row with { Action = null }, "a.parquet, row 1: it has no action and no reply"),
            (1, row => row with { Done = true }, "a.parquet, row 1: the episode goes on after this row"),
            (2, row => row with { Image = null }, "a.parquet, row 0, turn 2: there is no picture"),
            (2, row => row with { Image = [1, 2, 3, 4] }, "not PNG or JPEG"),
            (2, row => row with { Episode = null }, "a.parquet, row 2: the column 'episode' is empty"),
            (2, row => row with { Reward = double.NaN }, "the reward NaN is not finite"),
        ];
        foreach ((int index, Func<Row, Row> change, string said) in cases)
        {
            Row[] changed = [.. rows.Select((row, i) => i == index ? change(row) : row)];
            Assert.Contains(said, await FaultAsync(Map, changed), StringComparison.Ordinal);
        }
        Assert.Contains(
            "'episode-000000' goes on after another episode",
            await FaultAsync(Map, [.. Steps(0, 1), .. Steps(1, 1), .. Steps(0, 1)]),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("PAR1 and nothing more")]
    [InlineData("neither beginning nor end")]
    [InlineData("")]
    public async Task A_file_that_is_no_parquet_is_named(string text)
    {
        string file = _imports.Write("a.parquet", text);
        Fault fault = Assert.IsType<Result<ImportSummary>.Failed>(await _imports.RunAsync(new ImportOptions { Map = Map }, file)).Fault;
        Assert.Equal(file, fault.Where);
        Assert.Contains("cannot be read as Parquet", fault.What, StringComparison.Ordinal);
    }

    private async Task<string> FaultAsync(ColumnMap? map, Row[] rows, string name = "a")
    {
        string file = await WriteAsync(name, rows);
        return Assert
            .IsType<Result<ImportPlan>.Failed>(await EpisodeImport.PlanAsync([file], new ImportOptions { Map = map }))
            .Fault.ToString();
    }

    private static Row[] Steps(long episode, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(step => new Row(episode, step, A, step % 2, step + (10 * episode), step == count - 1, "left")),
        ];

    private async Task<string> WriteAsync(string name, params Row[][] groups)
    {
        DataField<long?> episode = new("episode");
        DataField<int?> step = new("step");
        DataField image = new("image", typeof(byte[]));
        DataField<long?> action = new("action");
        DataField<double?> reward = new("reward");
        DataField<bool?> done = new("done");
        DataField<string> path = new("path");
        DataField<int> state = new("element");
        ParquetSchema schema = new(episode, step, image, action, reward, done, path, new ListField("state", state));
        string file = _imports[name + ".parquet"];
        await using FileStream stream = File.Create(file);
        ParquetOptions options = new() { CompressionMethod = CompressionMethod.None };
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream, options);
        foreach (Row[] rows in groups)
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<long>(episode, Column(rows, row => row.Episode));
            await group.WriteAsync<int>(step, Column(rows, row => (int?)row.Step));
            await group.WriteAsync(image, Array.ConvertAll(rows, row => row.Image));
            await group.WriteAsync<long>(action, Column(rows, row => row.Action));
            await group.WriteAsync<double>(reward, Column(rows, row => row.Reward));
            await group.WriteAsync<bool>(done, Column(rows, row => row.Done));
            await group.WriteAsync(path, Array.ConvertAll(rows, row => (string?)row.Path));
            await group.WriteAllPartsAsync<int>(state, new int[rows.Length], Filled(rows.Length, 2), Filled(rows.Length, 0), default);
        }
        return file;
    }

    private static ReadOnlyMemory<T?> Column<T>(Row[] rows, Converter<Row, T?> of)
        where T : struct => Array.ConvertAll(rows, of);

    private static ReadOnlyMemory<int>? Filled(int count, int value) => Enumerable.Repeat(value, count).ToArray().AsMemory();

    private sealed record Row(long? Episode, int Step, byte[]? Image, long? Action, double? Reward, bool? Done, string Path);
}
