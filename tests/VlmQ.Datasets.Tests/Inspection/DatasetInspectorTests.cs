using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Inspection;
using VlmQ.Datasets.Tests.Episodes;
using VlmQ.Datasets.Tests.Support;

namespace VlmQ.Datasets.Tests.Inspection;

public sealed class DatasetInspectorTests
{
    [Fact]
    public async Task Episodes_are_summed_up_by_environment_and_policy()
    {
        using TemporaryFolder folder = new();
        Episode[] episodes = [.. Enumerable.Range(0, 20).Select(i => Samples.Episode(i, 1 + (i % 5), i % 4 == 0))];
        await EpisodeDatasetTests.WriteAsync(folder.Path, episodes);

        DatasetSummary summary = (await DatasetInspector.InspectAsync(folder.Path, rows: 4)).OrThrow();

        EpisodeGroup group = Assert.Single(summary.Groups);
        Assert.Equal((Samples.NumberLine, "random", 20L), (group.Environment, group.Policy, group.Episodes));
        Assert.Equal(episodes.Sum(episode => episode.Turns.Length), group.Turns);
        Assert.Equal(new NumberRange(1, 3, 5), group.Length);
        Assert.Equal(episodes.Average(episode => (double)episode.Return), group.Return.Mean, 1e-9);
        Assert.Equal(
            episodes.Where(episode => episode.Success is not null).Average(episode => episode.Success == true ? 1.0 : 0),
            group.SuccessRate!.Value,
            1e-9
        );
        Assert.Equal(episodes.SelectMany(episode => episode.Turns).Average(turn => turn.Action is null ? 0.0 : 1), group.SyntaxRate, 1e-9);
        Assert.Equal(0.75, group.TerminatedRate, 1e-9);
        Assert.Equal(17, summary.Columns.Length);
        Assert.Equal(4, summary.Rows.Length);
        Assert.Equal(summary.Columns.Select(column => column.Name), summary.Rows[0].Values.Select(value => value.Key));
    }

    [Fact]
    public async Task Transitions_are_summed_up_with_their_token_counts()
    {
        using TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(folder.Path, TransitionFolders.Episodes(20));

        DatasetSummary summary = (await DatasetInspector.InspectAsync(folder.Path)).OrThrow();

        Assert.Equal(new NumberRange(3, 3, 3), summary.PromptTokens);
        Assert.Equal((1.0, 4.0), (summary.ReplyTokens!.Value.Least, summary.ReplyTokens.Value.Greatest));
        Assert.Equal(summary.Columns.Select(column => column.Name), summary.Rows[0].Values.Select(value => value.Key));
    }

    [Fact]
    public async Task The_summary_is_one_JSON_object()
    {
        using TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(folder.Path, TransitionFolders.Episodes(5));

        using JsonDocument json = JsonDocument.Parse((await DatasetInspector.InspectAsync(folder.Path)).OrThrow().ToJson());

        Assert.Equal("vlmq-transitions", json.RootElement.GetProperty("format").GetString());
        Assert.Equal(5, json.RootElement.GetProperty("episodes").GetInt32());
        Assert.Equal("episode-00000", json.RootElement.GetProperty("samples")[0].GetProperty("episode_id").GetString());
        Assert.True(json.RootElement.GetProperty("groups")[0].GetProperty("syntax_rate").GetDouble() > 0);
    }

    [Fact]
    public async Task An_empty_dataset_has_no_groups()
    {
        using TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(folder.Path, []);

        Assert.Empty((await DatasetInspector.InspectAsync(folder.Path)).OrThrow().Groups);
    }

    [Fact]
    public async Task A_folder_that_holds_no_dataset_is_named()
    {
        using TemporaryFolder folder = new();

        Assert.Equal(folder.Path, TransitionFolders.FaultOf(await DatasetInspector.InspectAsync(folder.Path)).Where);
    }
}
