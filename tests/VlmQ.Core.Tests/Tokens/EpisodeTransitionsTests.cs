using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Tokens;

namespace VlmQ.Core.Tests.Tokens;

/// <summary>Two turns whose replies are two letters and an end token: three tokens a reply.</summary>
public class EpisodeTransitionsTests
{
    private const int End = 9;

    private static readonly Observation Seen = new(new RgbImage(1, 1, [1, 2, 3]), "goal", "");

    private static readonly Observation SeenLast = new(new RgbImage(1, 1, [1, 2, 3]), "goal", "last");

    private static readonly TokenRules Rules = new(
        (_, observation) => observation.Text.Length == 0 ? [0, 7] : [0, 7, 8],
        text => [.. text.Select(letter => letter - 'a')],
        End,
        "tokenizer-a",
        promptLimit: 3,
        replyLimit: 3
    );

    [Fact]
    public void Each_turn_is_a_row_with_its_reward_on_the_last_token()
    {
        ImmutableArray<Transition> rows = EpisodeTransitions.Of(Terminated(new Reply("ab"), new Reply("ca")), Rules).OrThrow();
        Assert.Equal(2, rows.Length);
        Assert.Equal([0, 7], rows[0].PromptIds);
        Assert.Equal([0, 1, End], rows[0].ReplyIds);
        Assert.Equal([0, 0, -1], rows[0].Rewards);
        Assert.Equal([2, 0, End], rows[1].ReplyIds);
        Assert.Equal([0, 0, 1.5f], rows[1].Rewards);
        Assert.Equal([0.5f, 1.5f], rows.Select(row => row.ReturnToGo));
        Assert.Equal([false, true], rows.Select(row => row.Valid));
        Assert.Equal([false, true], rows.Select(row => row.Terminated));
        Assert.Equal([0, 1], rows.Select(row => row.Turn));
        Assert.All(rows, row => Assert.False(row.Truncated));
        Assert.All(rows, row => Assert.True(row.BehaviorLogProbabilities.IsDefault));
    }

    [Fact]
    public void A_truncated_episode_ends_with_its_final_observation()
    {
        Episode episode = new(
            "e",
            "env",
            1,
            "policy",
            [Turn(new Reply("ab"), -1), new Turn(Seen, new Reply("c"), "c", 0, terminated: false, truncated: true)],
            SeenLast,
            false
        );
        ImmutableArray<Transition> rows = EpisodeTransitions.Of(episode, Rules).OrThrow();
        Assert.Equal(3, rows.Length);
        Assert.Equal([false, true, true], rows.Select(row => row.Truncated));
        Assert.Equal([false, false, true], rows.Select(row => row.IsFinalObservation));
        Assert.Equal([0, 7, 8], rows[2].PromptIds);
        Assert.Equal(2, rows[2].Turn);
        Assert.Equal(0, rows[2].ReturnToGo);
        Assert.False(rows[2].Valid);
    }

    [Fact]
    public void A_sampled_reply_keeps_its_tokens_and_their_probabilities()
    {
        // Not what the text would be tokenized to, and without an end token: the reply was cut by its limit.
        Reply sampled = new("ab", [5, 5, 5], "tokenizer-a", [-1f, -2f, -3f]);
        Transition row = EpisodeTransitions.Of(Terminated(sampled, new Reply("a")), Rules).OrThrow()[0];
        Assert.Equal([5, 5, 5], row.ReplyIds);
        Assert.Equal([-1, -2, -3], row.BehaviorLogProbabilities);
    }

    [Fact]
    public void Tokens_of_another_tokenizer_are_refused()
    {
        Fault fault = FaultOf(Terminated(new Reply("a"), new Reply("ab", [1, 2], "tokenizer-b")), Rules);
        Assert.Equal("episode e, turn 1", fault.Where);
        Assert.Contains("tokenizer-b", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_long_is_refused_with_the_limit()
    {
        Fault reply = FaultOf(Terminated(new Reply("abc"), new Reply("abcde")), Rules);
        Assert.Equal("episode e, turn 0: the reply has 4 tokens; the limit is 3; raise the reply limit", reply.ToString());
        Fault prompt = FaultOf(
            Terminated(new Reply("a"), new Reply("a")),
            new TokenRules(Rules.EncodePrompt, Rules.EncodeReply, End, "tokenizer-a", 1, 3)
        );
        Assert.Contains("the prompt has 2 tokens; the limit is 1", prompt.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_reply_is_an_end_token_that_carries_the_reward()
    {
        Transition row = EpisodeTransitions.Of(Terminated(new Reply(""), new Reply("a")), Rules).OrThrow()[0];
        Assert.Equal([End], row.ReplyIds);
        Assert.Equal([-1], row.Rewards);
    }

    private static Fault FaultOf(Episode episode, TokenRules rules) =>
        Assert.IsType<Result<ImmutableArray<Transition>>.Failed>(EpisodeTransitions.Of(episode, rules)).Fault;

    private static Turn Turn(Reply reply, float reward) => new(Seen, reply, null, reward, terminated: false, truncated: false);

    private static Episode Terminated(Reply first, Reply second) =>
        new(
            "e",
            "env",
            1,
            "policy",
            [Turn(first, -1), new Turn(Seen, second, "act", 1.5f, terminated: true, truncated: false)],
            null,
            true
        );
}
