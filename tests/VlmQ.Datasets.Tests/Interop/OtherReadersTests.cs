using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parquet.Tests;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Tests.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Tests.Interop;

/// <summary>Datasets as other tools read them.</summary>
public sealed class OtherReadersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DuckDB_reads_the_rows_of_episodes()
    {
        ImmutableArray<StoredEpisode> episodes = await EpisodesAsync();

        JsonArray rows = await AskAsync("SELECT episode_id, turn, reward, reply, lower(hex(image.bytes)) FROM {0} ORDER BY 1, 2");

        Assert.Equal(Rows(episodes), rows.Select(row => RowOf(row![0], row[1], row[2], row[3], row[4])));
    }

    [Fact]
    public async Task Hyparquet_reads_the_rows_of_episodes()
    {
        ImmutableArray<StoredEpisode> episodes = await EpisodesAsync();
        List<(string?, int, float, string?, string)> rows = [];
        foreach (string part in Parts())
        {
            JsonArray read = JsonNode.Parse(await NodeTools.RunAsync("hyparquet.mjs", "", part))!.AsArray();
            rows.AddRange(read.Select(row => RowOf(row!["episode_id"], row["turn"], row["reward"], row["reply"], row["image"]!["bytes"])));
        }

        Assert.Equal(Rows(episodes), rows);
    }

    [Fact]
    public async Task DuckDB_reads_the_lists_of_transitions()
    {
        ImmutableArray<TransitionEpisode> episodes = [.. TransitionFolders.Episodes(12)];
        await TransitionFolders.WriteAsync(_folder.Path, episodes);

        JsonArray rows = await AskAsync("SELECT prompt_ids, reply_ids, rewards, behavior_logprobs FROM {0} ORDER BY episode_id, turn");

        Assert.Equal(
            episodes
                .SelectMany(episode => episode.Rows)
                .Select(row =>
                    JsonSerializer.Serialize(
                        new object?[]
                        {
                            row.Transition.PromptIds,
                            row.Transition.ReplyIds,
                            row.Transition.Rewards,
                            row.Transition.BehaviorLogProbabilities.IsDefault ? null : row.Transition.BehaviorLogProbabilities,
                        }
                    )
                ),
            rows.Select(row => row!.ToJsonString())
        );
    }

    [Theory]
    [InlineData("polars.mjs", "episodes")]
    [InlineData("polars.mjs", "transitions")]
    [InlineData("arrow.mjs", "episodes", "ZSTD")]
    [InlineData("arrow.mjs", "transitions", "ZSTD")]
    public async Task What_another_tool_reads_and_writes_again_is_the_same_table(string tool, string kind, params string[] options)
    {
        await (kind == "episodes" ? EpisodesAsync() : TransitionFolders.WriteAsync(_folder.Path, TransitionFolders.Episodes(12)));
        foreach (string part in Parts())
        {
            string copy = part.Replace("part-", "copy-of-part-", StringComparison.Ordinal);
            await NodeTools.RunAsync(tool, "", [part, copy, .. options]);
            string sql = $"""["SELECT count(*) FROM '{part}'", "SELECT count(*) FROM (FROM '{part}' INTERSECT ALL FROM '{copy}')"]""";

            JsonNode results = JsonNode.Parse(await NodeTools.RunAsync("duckdb.mjs", sql))!;

            Assert.NotEqual("0", results[0]![0]![0]!.GetValue<string>());
            Assert.Equal(results[0]!.ToJsonString(), results[1]!.ToJsonString());
        }
    }

    private IEnumerable<string> Parts() => Directory.GetFiles(_folder.Path, "part-*.parquet").Order(StringComparer.Ordinal);

    private async Task<JsonArray> AskAsync(string sql)
    {
        string asked = JsonSerializer.Serialize(new[] { sql.Replace("{0}", $"'{_folder.Path}/part-*.parquet'", StringComparison.Ordinal) });
        return JsonNode.Parse(await NodeTools.RunAsync("duckdb.mjs", asked))![0]!.AsArray();
    }

    private async Task<ImmutableArray<StoredEpisode>> EpisodesAsync()
    {
        ImmutableArray<Episode> episodes =
        [
            .. Enumerable.Range(0, 12).Select(i => Samples.Episode(i, 1 + (i % 5), i % 4 == 0, i % 3 == 0)),
        ];
        await EpisodeDatasetTests.WriteAsync(_folder.Path, episodes);
        return [.. episodes.Select(Samples.Store)];
    }

    private static IEnumerable<(string?, int, float, string?, string)> Rows(ImmutableArray<StoredEpisode> episodes) =>
        from episode in episodes
        from row in RowsOf(episode)
        select row;

    private static IEnumerable<(string?, int, float, string?, string)> RowsOf(StoredEpisode episode)
    {
        for (int i = 0; i < episode.Turns.Length; i++)
        {
            StoredTurn turn = episode.Turns[i];
            yield return (episode.Id, i, turn.Reward, turn.Reply.Text, HexOf(turn.Observation));
        }
        if (episode.FinalObservation is { } final)
        {
            yield return (episode.Id, episode.Turns.Length, 0, "", HexOf(final));
        }
    }

    private static string HexOf(StoredObservation observation) => Convert.ToHexStringLower(observation.Picture.AsSpan());

    private static (string?, int, float, string?, string) RowOf(
        JsonNode? id,
        JsonNode? turn,
        JsonNode? reward,
        JsonNode? reply,
        JsonNode? image
    ) =>
        (
            id!.GetValue<string>(),
            turn!.GetValue<int>(),
            reward!.GetValue<float>(),
            reply?.GetValue<string>(),
            image!.GetValue<string>().ToLowerInvariant()
        );
}
