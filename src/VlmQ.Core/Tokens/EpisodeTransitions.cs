using System.Collections.Immutable;
using System.Runtime.InteropServices;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Tokens;

/// <summary>The rules by which turns become token transitions.</summary>
public static class EpisodeTransitions
{
    /// <summary>
    /// One transition a turn, in order, and one more without a reply for the final observation of a truncated episode. The reward of
    /// a turn is on the last token of its reply; returns are not discounted. Nothing is cut to fit: an episode with a prompt or reply
    /// that is too long is refused with a fault.
    /// </summary>
    public static Result<ImmutableArray<Transition>> Of(Episode episode, TokenRules rules)
    {
        int turns = episode.Turns.Length;
        Transition[] transitions = new Transition[episode.FinalObservation is null ? turns : turns + 1];
        float[] returns = ReturnsToGo(episode);
        for (int i = 0; i < turns; i++)
        {
            Result<Transition> transition = OfTurn(episode, i, returns[i], rules);
            if (transition is Result<Transition>.Failed failed)
            {
                return failed.Fault;
            }
            transitions[i] = transition.OrThrow();
        }
        if (episode.FinalObservation is { } last)
        {
            Result<Transition> final = PromptOf(episode, turns, last, rules)
                .Map(prompt => new Transition(
                    episode.Id,
                    turns,
                    prompt,
                    [],
                    [],
                    valid: false,
                    terminated: false,
                    truncated: true,
                    returnToGo: 0
                ));
            if (final is Result<Transition>.Failed failed)
            {
                return failed.Fault;
            }
            transitions[turns] = final.OrThrow();
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(transitions);
    }

    private static float[] ReturnsToGo(Episode episode)
    {
        float[] returns = new float[episode.Turns.Length];
        float sum = 0;
        for (int i = returns.Length - 1; i >= 0; i--)
        {
            sum += episode.Turns[i].Reward;
            returns[i] = sum;
        }
        return returns;
    }

    private static Result<Transition> OfTurn(Episode episode, int index, float returnToGo, TokenRules rules)
    {
        Turn turn = episode.Turns[index];
        string where = Where(episode, index);
        return PromptOf(episode, index, turn.Observation, rules)
            .Bind(prompt =>
                ReplyOf(turn.Reply, where, rules)
                    .Map(reply =>
                    {
                        float[] rewards = new float[reply.Length];
                        rewards[^1] = turn.Reward;
                        return new Transition(
                            episode.Id,
                            index,
                            prompt,
                            reply,
                            ImmutableCollectionsMarshal.AsImmutableArray(rewards),
                            turn.Action is not null,
                            turn.Terminated,
                            turn.Truncated,
                            returnToGo,
                            turn.Reply.LogProbabilities
                        );
                    })
            );
    }

    private static Result<ImmutableArray<int>> PromptOf(Episode episode, int turn, Observation observation, TokenRules rules)
    {
        ImmutableArray<int> prompt = rules.EncodePrompt(episode.Turns.AsSpan(0, turn), observation);
        return prompt.Length <= rules.PromptLimit
            ? prompt
            : Fault.Data(
                $"the prompt has {prompt.Length} tokens; the limit is {rules.PromptLimit}",
                Where(episode, turn),
                "raise the prompt limit or shorten the template"
            );
    }

    private static Result<ImmutableArray<int>> ReplyOf(Reply reply, string where, TokenRules rules)
    {
        ImmutableArray<int> ids;
        if (reply.TokenIds.IsDefault)
        {
            ids = rules.EncodeReply(reply.Text).Add(rules.EndToken);
        }
        else if (reply.TokenizerDigest == rules.TokenizerDigest)
        {
            // What was sampled is what is learned from, also where the end token is missing because the reply was cut by its limit.
            ids = reply.TokenIds;
        }
        else
        {
            return Fault.Data(
                $"the reply's tokens belong to the tokenizer {reply.TokenizerDigest}, not to {rules.TokenizerDigest}",
                where,
                "convert with the tokenizer of the model that replied"
            );
        }
        return ids.Length <= rules.ReplyLimit
            ? ids
            : Fault.Data($"the reply has {ids.Length} tokens; the limit is {rules.ReplyLimit}", where, "raise the reply limit");
    }

    private static string Where(Episode episode, int turn) => $"episode {episode.Id}, turn {turn}";
}
