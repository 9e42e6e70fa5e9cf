using VlmQ.Core.Episodes;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Tests.Support;

/// <summary>Equality by content; records with immutable arrays compare those by reference.</summary>
internal static class Same
{
    public static void Episodes(Episode expected, Episode actual)
    {
        Assert.Equal(expected.Id, actual.Id);
        Assert.Equal(expected.Environment, actual.Environment);
        Assert.Equal(expected.Seed, actual.Seed);
        Assert.Equal(expected.Policy, actual.Policy);
        Assert.Equal(expected.Success, actual.Success);
        Assert.Equal(expected.FinalObservation, actual.FinalObservation);
        Assert.Equal(expected.Turns.Length, actual.Turns.Length);
        for (int i = 0; i < expected.Turns.Length; i++)
        {
            Turns(expected.Turns[i], actual.Turns[i]);
        }
    }

    public static void Transitions(TransitionEpisode expected, TransitionEpisode actual)
    {
        Assert.Equal(expected.Rows.Length, actual.Rows.Length);
        for (int i = 0; i < expected.Rows.Length; i++)
        {
            StoredTransition left = expected.Rows[i];
            StoredTransition right = actual.Rows[i];
            Assert.Equal(left.Picture, right.Picture);
            Assert.Equal(left.Transition.EpisodeId, right.Transition.EpisodeId);
            Assert.Equal(left.Transition.Turn, right.Transition.Turn);
            Assert.Equal(left.Transition.PromptIds, right.Transition.PromptIds);
            Assert.Equal(left.Transition.ReplyIds, right.Transition.ReplyIds);
            Assert.Equal(left.Transition.Rewards, right.Transition.Rewards);
            Assert.Equal(left.Transition.Valid, right.Transition.Valid);
            Assert.Equal(left.Transition.Terminated, right.Transition.Terminated);
            Assert.Equal(left.Transition.Truncated, right.Transition.Truncated);
            Assert.Equal(left.Transition.ReturnToGo, right.Transition.ReturnToGo);
            Assert.Equal(left.Transition.BehaviorLogProbabilities.IsDefault, right.Transition.BehaviorLogProbabilities.IsDefault);
            if (!left.Transition.BehaviorLogProbabilities.IsDefault)
            {
                Assert.Equal(left.Transition.BehaviorLogProbabilities, right.Transition.BehaviorLogProbabilities);
            }
        }
    }

    public static void Folders(string expected, string actual)
    {
        string[] names = Names(expected);
        Assert.Equal(names, Names(actual));
        foreach (string name in names)
        {
            Assert.True(
                File.ReadAllBytes(Path.Combine(expected, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, name))),
                $"{name} differs"
            );
        }
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order()];

    private static void Turns(Turn expected, Turn actual)
    {
        Assert.Equal(expected.Observation, actual.Observation);
        Assert.Equal(expected.Reply.Text, actual.Reply.Text);
        Assert.Equal(expected.Reply.TokenizerDigest, actual.Reply.TokenizerDigest);
        Assert.Equal(expected.Reply.TokenIds.IsDefault, actual.Reply.TokenIds.IsDefault);
        if (!expected.Reply.TokenIds.IsDefault)
        {
            Assert.Equal(expected.Reply.TokenIds, actual.Reply.TokenIds);
        }
        Assert.Equal(expected.Action, actual.Action);
        Assert.Equal(expected.Reward, actual.Reward);
        Assert.Equal(expected.Terminated, actual.Terminated);
        Assert.Equal(expected.Truncated, actual.Truncated);
        Assert.Equal(expected.Info, actual.Info);
    }
}
