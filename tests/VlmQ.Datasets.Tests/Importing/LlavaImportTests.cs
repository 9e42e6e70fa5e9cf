using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Importing;
using static VlmQ.Datasets.Tests.Importing.Imports;

namespace VlmQ.Datasets.Tests.Importing;

public sealed class LlavaImportTests : IDisposable
{
    private const string AskOne = "{'from': 'human', 'value': '<image>\\nWhat?'}";
    private const string AskMore = "{'from': 'human', 'value': 'More?'}";
    private const string Reply = "{'from': 'gpt', 'value': 'this'}";

    private readonly Imports _imports = new();

    public void Dispose() => _imports.Dispose();

    [Fact]
    public async Task A_picture_stays_in_sight_and_its_placeholder_is_left_out_of_the_words()
    {
        StoredEpisode episode = await _imports.EpisodeAsync(
            Json($"{{'id': 7, 'image': 'a.png', 'reward': 1, 'conversations': [{AskOne}, {Reply}, {AskMore}, {Reply}]}}")
        );
        Assert.Equal("7", episode.Id);
        Assert.Equal(["What?", "More?"], episode.Turns.Select(turn => turn.Observation.Text));
        Assert.All(episode.Turns, turn => Assert.Equal(A, turn.Observation.Picture));
        Assert.Equal([0f, 1f], episode.Turns.Select(turn => turn.Reward));
    }

    [Fact]
    public async Task Several_pictures_are_shown_where_the_words_name_them()
    {
        StoredEpisode episode = await _imports.EpisodeAsync(
            Json(
                $"{{'image': ['a.png', 'b.png'], 'reward': 1, 'conversations': [{AskOne}, {Reply}, {AskMore}, {Reply}, {AskOne}, {Reply}]}}"
            )
        );
        Assert.Equal([A.Length, A.Length, B.Length], episode.Turns.Select(turn => turn.Observation.Picture.Length));
        Assert.Equal(B, episode.Turns[2].Observation.Picture);
    }

    [Fact]
    public async Task A_picture_that_no_words_name_is_shown_first() =>
        Assert.Equal(
            A,
            (await _imports.EpisodeAsync(Json($"{{'image': 'a.png', 'reward': 1, 'conversations': [{AskMore}, {Reply}]}}")))
                .Turns[0]
                .Observation
                .Picture
        );

    [Fact]
    public async Task Rewards_may_stand_beside_the_replies() =>
        Assert.Equal(
            0.25f,
            (
                await _imports.EpisodeAsync(
                    Json($"{{'image': 'a.png', 'conversations': [{AskOne}, {{'from': 'gpt', 'value': 'it', 'reward': 0.25}}]}}")
                )
            )
                .Turns[0]
                .Reward
        );

    [Fact]
    public async Task A_file_that_is_one_array_is_read_too()
    {
        string one = Json($"{{'id': 'p', 'image': 'a.png', 'reward': 1, 'conversations': [{AskOne}, {Reply}]}}");
        string file = _imports.Write("all.json", "[" + one + ",", one, "]");
        Assert.Equal(2, (await _imports.RunAsync(new ImportOptions(), file)).OrThrow().Manifest.Episodes);
        Assert.Equal(["p", "p~2"], (await _imports.EpisodesAsync()).Select(episode => episode.Id));
    }

    [Fact]
    public async Task Missing_rewards_are_refused_with_a_way_out()
    {
        string line = Json($"{{'image': 'a.png', 'conversations': [{AskOne}, {Reply}]}}");
        Assert.Contains("--final-reward 1", (await _imports.FaultAsync(line)).Remedy, StringComparison.Ordinal);
        StoredEpisode episode = await _imports.EpisodeAsync(line, new ImportOptions { Rewards = new RewardRule { Final = 1 } });
        Assert.Equal(1, episode.Turns[0].Reward);
    }

    [Theory]
    [InlineData("{'reward': 1, 'conversations': [" + AskMore + "," + Reply + "]}", "there is no picture")]
    [InlineData(
        "{'image': 'a.png', 'reward': 1, 'conversations': [" + AskOne + "," + Reply + "," + AskOne + "," + Reply + "]}",
        "more pictures than it has"
    )]
    [InlineData(
        "{'image': ['a.png', 'b.png'], 'reward': 1, 'conversations': [" + AskOne + "," + Reply + "]}",
        "1 pictures more than its words name"
    )]
    [InlineData("{'image': [3], 'reward': 1, 'conversations': [" + AskOne + "," + Reply + "]}", "'image' is not a path or a list of paths")]
    [InlineData("{'video': 'a.mp4', 'reward': 1, 'conversations': [" + AskOne + "," + Reply + "]}", "it is about a video")]
    [InlineData(
        "{'image': 'a.png', 'reward': 1, 'conversations': [{'from': 'robot', 'value': 'x'}]}",
        "'robot' is none of system, human and gpt"
    )]
    [InlineData("{'image': 'a.png', 'reward': 1, 'conversations': [{'from': 'human'}]}", "'value' is not a text")]
    [InlineData("{'image': 'a.png', 'reward': 1, 'conversations': [{'from': 'human', 'value': '\\ud800'}]}", "UTF-16")]
    public async Task A_conversation_that_cannot_be_used_says_why(string line, string said) =>
        Assert.Contains(said, (await _imports.FaultAsync(line.Replace('\'', '"'))).ToString(), StringComparison.Ordinal);
}
