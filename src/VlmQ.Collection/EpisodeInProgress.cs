using System.Collections.Immutable;
using System.Runtime.InteropServices;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;

namespace VlmQ.Collection;

/// <summary>An episode that is being played: where it stands and what has happened.</summary>
public sealed class EpisodeInProgress
{
    private readonly IEnvironment _environment;
    private readonly CollectOptions _options;
    private readonly RandomKey _key;
    private readonly List<Turn> _turns = [];
    private EnvironmentState _state;
    private Observation _observation;

    /// <param name="index">Its position among the episodes of the seed.</param>
    /// <param name="environment">Where it is played.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="options">How it is collected.</param>
    public EpisodeInProgress(long index, IEnvironment environment, EpisodeStart start, CollectOptions options)
    {
        Index = index;
        Seed = start.Seed;
        _environment = environment;
        _options = options;
        _key = RandomKey.Of(options.Seed, "policy", index);
        _state = start.State;
        _observation = environment.Observe(start.State, options.Observations);
    }

    /// <summary>Its position among the episodes of the seed.</summary>
    public long Index { get; }

    /// <summary>The seed that it is recorded under.</summary>
    public long Seed { get; }

    /// <summary>What was seen, said and earned last; null before the first turn.</summary>
    public Turn? LastTurn => _turns.Count > 0 ? _turns[^1] : null;

    /// <summary>The sum of the rewards so far.</summary>
    public float Return => _turns.Sum(turn => turn.Reward);

    /// <summary>Where it stands.</summary>
    public EnvironmentState State => _state;

    /// <summary>What is seen there.</summary>
    public Observation Observation => _observation;

    /// <summary>The last turn ended it.</summary>
    public bool HasEnded => _turns.Count > 0 && (_turns[^1].Terminated || _turns[^1].Truncated);

    /// <summary>What a policy is asked.</summary>
    public PolicyRequest Request(PromptTemplate template) =>
        new(
            template.Render(CollectionsMarshal.AsSpan(_turns), _observation),
            _observation,
            _environment.Actions,
            _key.Split("turn", _turns.Count)
        )
        {
            State = _state,
            EpisodeKey = _key,
        };

    /// <summary>Takes the reply's action, if it names one.</summary>
    public void Take(Reply reply)
    {
        string? action = _options.Parser.Parse(reply.Text, _environment.Actions) is ParsedReply.Action named ? named.Text : null;
        string? taken = action ?? InvalidReply.ActionOf(_options.InvalidReplies, Seed, _turns.Count, _environment.Actions);
        StepResult step = _environment.Step(_state, taken);
        bool truncated = step.Truncated || (!step.Terminated && _turns.Count + 1 >= _options.TurnLimit);
        float reward = action is null ? _options.InvalidReplyReward + step.Reward : step.Reward;
        _turns.Add(new Turn(_observation, reply, action, reward, step.Terminated, truncated, _environment.Info(_state)));
        _state = step.State;
        if (!step.Terminated)
        {
            _observation = _environment.Observe(_state, _options.Observations);
        }
    }

    /// <summary>The whole episode.</summary>
    /// <param name="policy">The name of who played.</param>
    public Episode Finish(string policy)
    {
        ImmutableArray<Turn> turns = [.. _turns];
        float[] rewards = [.. turns.Select(turn => turn.Reward)];
        return new Episode(
            $"{policy}-{_options.Seed}-{Index:D6}",
            _environment.Id,
            Seed,
            policy,
            turns,
            turns[^1].Terminated ? null : _observation,
            _environment.Success(rewards, turns[^1].Terminated)
        );
    }
}
