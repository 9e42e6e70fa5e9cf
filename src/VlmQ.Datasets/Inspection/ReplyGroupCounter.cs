using System.Collections.Immutable;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Inspection;

/// <summary>Collects <see cref="ReplyGroup"/>s.</summary>
/// <param name="manifest">The manifest of the dataset, which names the parser that read the replies.</param>
public sealed class ReplyGroupCounter(DatasetManifest manifest)
{
    private readonly SortedDictionary<(string Environment, string Policy), ReplyCounts> _counts = [];
    private readonly Dictionary<string, ReplyReader?> _readers = [];

    /// <summary>The groups, in ordinal order.</summary>
    public ImmutableArray<ReplyGroup> Groups =>
        [.. _counts.Select(pair => new ReplyGroup(pair.Key.Environment, pair.Key.Policy, pair.Value))];

    /// <summary>Counts every reply of an episode.</summary>
    public void Add(StoredEpisode episode)
    {
        ArgumentNullException.ThrowIfNull(episode);
        foreach (StoredTurn turn in episode.Turns)
        {
            Add(episode.Environment, episode.Policy, turn.Reply.Text, turn.Action is not null);
        }
    }

    /// <summary>Counts a reply.</summary>
    /// <param name="environment">The environment's id.</param>
    /// <param name="policy">Who gave it.</param>
    /// <param name="reply">Its text.</param>
    /// <param name="valid">It named an action when it was given.</param>
    public void Add(string environment, string policy, string reply, bool valid)
    {
        if (!_readers.TryGetValue(environment, out ReplyReader? reader))
        {
            _readers.Add(environment, reader = ReaderOf(environment));
        }
        ReplyCounts counts = _counts.GetValueOrDefault((environment, policy)) ?? ReplyCounts.None;
        _counts[(environment, policy)] = counts.Add(reply, valid, reader);
    }

    private ReplyReader? ReaderOf(string environment) =>
        manifest.Properties.TryGetValue("parser", out string? name)
        && ActionParser.Find(name) is Result<ActionParser>.Ok parser
        && EnvironmentCatalog.Find(environment) is Result<IEnvironment>.Ok found
            ? new ReplyReader(parser.Value, found.Value.Actions)
            : null;
}
