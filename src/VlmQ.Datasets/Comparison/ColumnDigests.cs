using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Comparison;

/// <summary>A digest of each column of an episode: equal digests mean equal values, but for a chance of 2⁻¹²⁸.</summary>
internal sealed class ColumnDigests
{
    private readonly SortedDictionary<string, IncrementalHash> _columns = new(StringComparer.Ordinal);

    private ColumnDigests() { }

    /// <summary>The digests by column.</summary>
    public static ImmutableSortedDictionary<string, UInt128> Of<TEpisode>(TEpisode episode)
    {
        ColumnDigests digests = new();
        switch (episode)
        {
            case StoredEpisode stored:
                digests.Add(stored);
                break;
            case TransitionEpisode transitions:
                digests.Add(transitions);
                break;
            default:
                throw new ArgumentException($"{typeof(TEpisode).Name} is no episode.", nameof(episode));
        }
        return digests.End();
    }

    private void Add(StoredEpisode episode)
    {
        Text("env", episode.Environment);
        Values<long>("seed", [episode.Seed]);
        Text("policy", episode.Policy);
        Text("success", episode.Success?.ToString());
        foreach (StoredTurn turn in episode.Turns)
        {
            Add(turn.Observation);
            Text("reply", turn.Reply.Text);
            Values("reply_ids", turn.Reply.TokenIds);
            Text("tokenizer", turn.Reply.TokenizerDigest);
            Text("action", turn.Action);
            Values<float>("reward", [turn.Reward]);
            Values<bool>("terminated", [turn.Terminated]);
            Values<bool>("truncated", [turn.Truncated]);
            Text("info", turn.Info);
        }
        if (episode.FinalObservation is { } final)
        {
            Add(final);
        }
    }

    private void Add(StoredObservation observation)
    {
        Text("goal", observation.Goal);
        Text("text", observation.Text);
        Values("image", observation.Picture);
    }

    private void Add(TransitionEpisode episode)
    {
        foreach (StoredTransition row in episode.Rows)
        {
            Values("prompt_ids", row.Transition.PromptIds);
            Values("reply_ids", row.Transition.ReplyIds);
            Values("rewards", row.Transition.Rewards);
            Values<bool>("valid", [row.Transition.Valid]);
            Values<bool>("terminated", [row.Transition.Terminated]);
            Values<bool>("truncated", [row.Transition.Truncated]);
            Values<float>("return_to_go", [row.Transition.ReturnToGo]);
            Values("behavior_logprobs", row.Transition.BehaviorLogProbabilities);
            Values("image", row.Picture);
        }
    }

    private void Text(string column, string? text) => Values<byte>(column, text is null ? default : [.. Encoding.UTF8.GetBytes(text)]);

    // The count goes first, −1 for null, so that values of one row cannot pass for those of another.
    private void Values<T>(string column, ImmutableArray<T> values)
        where T : unmanaged
    {
        if (!_columns.TryGetValue(column, out IncrementalHash? hash))
        {
            _columns.Add(column, hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
        }
        int count = values.IsDefault ? -1 : values.Length;
        hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in count)));
        hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private ImmutableSortedDictionary<string, UInt128> End()
    {
        ImmutableSortedDictionary<string, UInt128>.Builder digests = ImmutableSortedDictionary.CreateBuilder<string, UInt128>(
            StringComparer.Ordinal
        );
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        foreach ((string column, IncrementalHash hash) in _columns)
        {
            hash.GetHashAndReset(digest);
            hash.Dispose();
            digests.Add(column, MemoryMarshal.Read<UInt128>(digest));
        }
        return digests.ToImmutable();
    }
}
