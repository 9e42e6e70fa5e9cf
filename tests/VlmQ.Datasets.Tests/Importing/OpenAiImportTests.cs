using System.Diagnostics;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Importing;
using VlmQ.Datasets.Tests.Support;
using static VlmQ.Datasets.Tests.Importing.Imports;

namespace VlmQ.Datasets.Tests.Importing;

public sealed class OpenAiImportTests : IDisposable
{
    private const string AskA =
        "{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': 'a.png'}}, {'type': 'text', 'text': 'A?'}]}";
    private const string AskB =
        "{'role': 'user', 'content': [{'type': 'text', 'text': 'B?'}, {'type': 'image_url', 'image_url': 'b.png'}]}";
    private const string Blind = "{'role': 'user', 'content': 'And?'}";
    private const string Yes = "{'role': 'assistant', 'content': 'yes'}";

    private readonly Imports _imports = new();

    public void Dispose() => _imports.Dispose();

    [Fact]
    public async Task A_conversation_becomes_an_episode_with_all_that_it_says()
    {
        StoredEpisode episode = await _imports.EpisodeAsync(
            Json(
                $$"""
                {'id': 'one', 'env': 'web/shop', 'policy': 'human', 'seed': 9007199254740993, 'success': true, 'info': {'site': 1}, 'messages': [
                  {'role': 'system', 'content': 'Buy.'}, {{AskA}},
                  {'role': 'assistant', 'content': '{\u0022action\u0022: \u0022click\u0022}', 'reward': 0.5, 'info': {'x': [1, 2] } }, {{AskB}},
                  {'role': 'assistant', 'content': [{'type': 'text', 'text': 'done'}], 'reward': 1, 'action': 'stop'}]}
                """
            )
        );
        Assert.Equal(("one", "web/shop", "human", 9007199254740993), (episode.Id, episode.Environment, episode.Policy, episode.Seed));
        Assert.True(episode.Success);
        Assert.Equal(["A?", "B?"], episode.Turns.Select(turn => turn.Observation.Text));
        Assert.All(episode.Turns, turn => Assert.Equal("Buy.", turn.Observation.Goal));
        Assert.Equal(A, episode.Turns[0].Observation.Picture);
        Assert.Equal(B, episode.Turns[1].Observation.Picture);
        Assert.Equal(["{\"action\": \"click\"}", "done"], episode.Turns.Select(turn => turn.Reply.Text));
        Assert.All(episode.Turns, turn => Assert.True(turn.Reply.TokenIds.IsDefault));
        Assert.Equal(["click", "stop"], episode.Turns.Select(turn => turn.Action));
        Assert.Equal([0.5f, 1f], episode.Turns.Select(turn => turn.Reward));
        Assert.Equal(["{\"x\":[1,2]}", "{\"site\":1}"], episode.Turns.Select(turn => turn.Info));
        Assert.True(episode.Turns[1].Terminated);
    }

    [Theory]
    [InlineData("'reward': 3", 0f, 3f)]
    [InlineData("'reward': [1, 2]", 1f, 2f)]
    [InlineData("'rewards': [1, 2]", 1f, 2f)]
    [InlineData("'rewards': [null, 2]", 0f, 2f)]
    public async Task Rewards_of_the_turns_or_of_the_end_stand_beside_the_conversation(string rewards, float first, float second)
    {
        StoredEpisode episode = await _imports.EpisodeAsync(Json($"{{{rewards}, 'messages': [{AskA}, {Yes}, {AskB}, {Yes}]}}"));
        Assert.Equal([first, second], episode.Turns.Select(turn => turn.Reward));
        Assert.Equal(("chat-000000", "imported", "imported", 0), (episode.Id, episode.Environment, episode.Policy, episode.Seed));
        Assert.All(episode.Turns, turn => Assert.Null(turn.Action));
    }

    [Fact]
    public async Task Missing_rewards_stop_the_import_with_a_way_out_that_works_on_the_same_folder()
    {
        string line = Json($"{{'score': 4, 'success': true, 'messages': [{AskA}, {Yes}]}}");
        Fault fault = await _imports.FaultAsync(line);
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Equal(_imports["chat.jsonl"] + ":1", fault.Where);
        Assert.Contains("--reward-field", fault.Remedy, StringComparison.Ordinal);
        Assert.Contains("--final-reward 1", fault.Remedy, StringComparison.Ordinal);
        StoredEpisode episode = await _imports.EpisodeAsync(line, new ImportOptions { Rewards = new RewardRule { Field = "score" } });
        Assert.Equal(4, episode.Turns[0].Reward);
    }

    [Fact]
    public async Task A_last_message_without_a_reply_is_the_final_observation()
    {
        StoredEpisode episode = await _imports.EpisodeAsync(Json($"{{'reward': 0, 'messages': [{AskA}, {Yes}, {AskB}]}}"));
        Assert.True(episode.Turns[0].Truncated);
        Assert.Equal("B?", episode.FinalObservation!.Text);
        Assert.Equal(B, episode.FinalObservation.Picture);
    }

    [Fact]
    public async Task What_the_line_says_of_the_end_counts()
    {
        StoredEpisode episode = await _imports.EpisodeAsync(
            Json($"{{'terminated': true, 'reward': 0, 'messages': [{AskA}, {Yes}, {AskB}]}}")
        );
        Assert.True(episode.Turns[0].Terminated);
        Assert.Null(episode.FinalObservation);
    }

    [Fact]
    public async Task A_cut_conversation_without_a_final_observation_needs_a_decision()
    {
        string line = Json($"{{'truncated': true, 'rewards': [1, 2], 'messages': [{AskA}, {Yes}, {AskB}, {Yes}]}}");
        Fault fault = await _imports.FaultAsync(line);
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Contains("--cut terminated", fault.Remedy, StringComparison.Ordinal);
        StoredEpisode cut = await _imports.EpisodeAsync(line, new ImportOptions { Cut = CutRule.LastTurn });
        Assert.True(Assert.Single(cut.Turns).Truncated);
        Assert.Equal("B?", cut.FinalObservation!.Text);
        Directory.Delete(_imports["out"], recursive: true);
        Assert.True((await _imports.EpisodeAsync(line, new ImportOptions { Cut = CutRule.Terminated })).Turns[1].Terminated);
    }

    [Fact]
    public async Task What_is_no_file_of_conversations_is_refused_before_any_is_read()
    {
        string line = Json($"{{'reward': 1, 'messages': [{AskA}, {Yes}]}}");
        Fault root = await _imports.FaultAsync(line, new ImportOptions { ImageRoot = _imports["nowhere"] });
        Fault form = await _imports.FaultAsync(line, new ImportOptions { Format = ImportFormat.Llava });
        Fault folder = TransitionFolders.FaultOf(await _imports.RunAsync(new ImportOptions(), _imports.Path));
        string pipe = _imports["pipe"];
        using Process writer = Process.Start("sh", ["-c", "mkfifo \"$0\"; exec sleep 60 > \"$0\"", pipe]);
        while (!File.Exists(pipe))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        Fault piped = TransitionFolders.FaultOf(await _imports.RunAsync(new ImportOptions(), pipe));
        writer.Kill();

        Assert.Equal((_imports["nowhere"], "there is no such folder of pictures"), (root.Where, root.What));
        Assert.Contains("it has no 'conversations'", form.What, StringComparison.Ordinal);
        Assert.Equal((_imports.Path, "it is a folder"), (folder.Where, folder.What));
        Assert.Equal((pipe, "it is no file that can be read more than once"), (piped.Where, piped.What));
    }

    [Fact]
    public async Task A_reply_that_calls_none_of_the_tools_is_a_reply()
    {
        string reply = "{'role': 'assistant', 'content': 'yes', 'tool_calls': [], 'function_call': null}";
        StoredEpisode episode = await _imports.EpisodeAsync(Json($"{{'reward': 1, 'messages': [{AskA}, {reply}]}}"));
        Assert.Equal("yes", Assert.Single(episode.Turns).Reply.Text);
    }

    [Fact]
    public async Task The_last_picture_is_carried_on_only_when_asked()
    {
        string line = Json($"{{'reward': 1, 'messages': [{AskA}, {Yes}, {Blind}, {Yes}]}}");
        Assert.Contains("--carry-image", (await _imports.FaultAsync(line)).Remedy, StringComparison.Ordinal);
        StoredEpisode episode = await _imports.EpisodeAsync(line, new ImportOptions { CarryImage = true });
        Assert.Equal(A, episode.Turns[1].Observation.Picture);
    }

    [Fact]
    public async Task Pictures_beside_the_conversation_are_named_in_turn()
    {
        StoredEpisode episode = await _imports.EpisodeAsync(
            Json(
                $$"""
                {'reward': 1, 'images': ['a.png', 'b.png'], 'messages': [{'role': 'user', 'content': [{'type': 'image'}, {'type': 'text', 'text': 'A?'}]},
                {{Yes}}, {'role': 'user', 'content': '<image>\nB?'}, {{Yes}}]}
                """
            )
        );
        Assert.Equal(["A?", "B?"], episode.Turns.Select(turn => turn.Observation.Text));
        Assert.Equal(B, episode.Turns[1].Observation.Picture);
    }

    [Theory]
    [InlineData("{'reward': 1, 'messages': []}", "there is no reply in it")]
    [InlineData("{'reward': 1, 'messages': [" + Yes + "]}", "reply 0 follows no message of the user")]
    [InlineData("{'reward': 1, 'messages': [" + AskA + "," + Yes + "," + Yes + "]}", "reply 1 follows no message of the user")]
    [InlineData("{'reward': 1, 'messages': [" + Blind + "," + Yes + "]}", "there is no picture")]
    [InlineData("{'reward': 1, 'messages': [" + AskA + "," + AskB + "," + Yes + "]}", "turn 0 shows 2 pictures")]
    [InlineData("{'reward': 1, 'messages': [" + AskA + ", {'role': 'tool', 'content': 'x'}]}", "message 1: the role 'tool'")]
    [InlineData("{'reward': 1, 'messages': [" + AskA + ", {'role': 'assistant', 'content': null, 'tool_calls': [{}]}]}", "calls a tool")]
    [InlineData("{'reward': 1, 'messages': [" + AskA + ", {'role': 'assistant'}]}", "the reply has no content")]
    [InlineData(
        "{'reward': 1, 'messages': [{'role': 'user', 'content': [{'type': 'image', 'source': {'data': ''}}]}]}",
        "a picture stands under 'source'"
    )]
    [InlineData(
        "{'reward': 1, 'messages': [" + AskA + ", {'role': 'assistant', 'content': [{'type': 'image_url', 'image_url': 'a.png'}]}]}",
        "replies are words"
    )]
    [InlineData("{'reward': 1, 'messages': [{'role': 'user', 'content': [{'type': 'input_audio'}]}]}", "type 'input_audio'")]
    [InlineData("{'reward': 1, 'messages': 'none'}", "'messages' is not a list")]
    [InlineData("{'reward': 'much', 'messages': [" + AskA + "," + Yes + "]}", "'reward' is not a number")]
    [InlineData("{'rewards': [1, 2], 'messages': [" + AskA + "," + Yes + "]}", "'rewards' has 2 rewards for 1 replies")]
    [InlineData("{'reward': 1, 'success': 'yes', 'messages': [" + AskA + "," + Yes + "]}", "'success' is not true or false")]
    [InlineData("{'reward': 1, 'seed': 1.5, 'messages': [" + AskA + "," + Yes + "]}", "'seed' is not a whole number")]
    [InlineData("{'reward': 1, 'images': ['b.png'], 'messages': [" + AskA + "," + Yes + "]}", "turn 0 shows 2 pictures")]
    [InlineData("{'reward': 1, 'hello': []}", "it has neither 'messages' nor 'conversations'")]
    public async Task A_conversation_that_cannot_be_used_says_why(string line, string said) =>
        Assert.Contains(said, (await _imports.FaultAsync(Json(line))).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task A_bad_conversation_goes_to_the_rejects_and_the_others_are_imported()
    {
        string good = Json($"{{'id': 'x', 'reward': 1, 'messages': [{AskA}, {Yes}]}}");
        string file = _imports.Write("chat.jsonl", Json("{'messages': []}"), good, "", Json($"{{'messages': [{Yes}]}}"), good);
        ImportSummary summary = (await _imports.RunAsync(new ImportOptions { Workers = 3 }, file)).OrThrow();
        Assert.Equal((2, 2, 2), (summary.Manifest.Episodes, summary.Manifest.Turns, summary.Manifest.Rejects));
        Assert.Equal(["x", "x~2"], (await _imports.EpisodesAsync()).Select(episode => episode.Id));
        string[] rejects = File.ReadAllLines(_imports["out", "rejects.jsonl"]);
        Assert.Equal(2, rejects.Length);
        Assert.Contains("chat.jsonl:1", rejects[0], StringComparison.Ordinal);
        Assert.Contains("chat.jsonl:4", rejects[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{'messages': [")]
    [InlineData("[1, 2")]
    [InlineData("7")]
    public async Task A_damaged_line_stops_the_import_and_is_named(string damaged)
    {
        string file = _imports.Write("chat.jsonl", Json($"{{'reward': 1, 'messages': [{AskA}, {Yes}]}}"), damaged.Replace('\'', '"'));
        Fault fault = Assert.IsType<Result<ImportSummary>.Failed>(await _imports.RunAsync(new ImportOptions(), file)).Fault;
        Assert.Equal((FaultKind.Data, file + ":2"), (fault.Kind, fault.Where));
    }

    [Fact]
    public async Task Json_that_nests_without_end_is_refused()
    {
        string file = _imports.Write("chat.jsonl", "{\"messages\": " + new string('[', 100_000));
        Fault fault = Assert.IsType<Result<ImportSummary>.Failed>(await _imports.RunAsync(new ImportOptions(), file)).Fault;
        Assert.Contains("not valid JSON", fault.What, StringComparison.Ordinal);
    }
}
