using System.Runtime.CompilerServices;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Dataflow;

namespace VlmQ.Collection;

/// <summary>
/// One run of a collection: plays episodes in either of two ways, and gives them in the order of their index. The order between the
/// requests of different episodes is not fixed; a reply is a function of its request, so that no episode depends on it.
/// </summary>
internal sealed class EpisodePlayer
{
    private readonly IEnvironment _environment;
    private readonly PromptTemplate _template;
    private readonly IPolicy _policy;
    private readonly CollectOptions _options;
    private readonly Func<long, EpisodeStart> _start;
    private readonly long _end;

    // The lowest index of an episode that came to no end: nothing after it will be used.
    private long _gap = long.MaxValue;

    public EpisodePlayer(
        IEnvironment environment,
        PromptTemplate template,
        IPolicy policy,
        CollectOptions options,
        long count,
        Func<long, EpisodeStart> start
    )
    {
        _environment = environment;
        _template = template;
        _policy = policy;
        _options = options;
        _start = start;
        _end = count > long.MaxValue - options.FirstEpisode ? long.MaxValue : options.FirstEpisode + count;
    }

    /// <summary>The episodes in order, up to the first that came to no end.</summary>
    public Source<PlayedEpisode> Play() =>
        _policy.AnswersInBatches
            ? Source.From(TogetherAsync(), "play", capacity: 1)
            : Source
                .From(Indices(), "episodes")
                .ParallelMapAsync(_policy.EpisodesAtOnce ?? _options.Workers, AloneAsync, "play", capacity: 1);

    private IEnumerable<long> Indices()
    {
        for (long index = _options.FirstEpisode; index < _end; index++)
        {
            yield return index;
        }
    }

    /// <summary>One episode by itself, from its start to its end.</summary>
    private async ValueTask<PlayedEpisode> AloneAsync(long index, CancellationToken token)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(token, _options.Stop);
        EpisodeInProgress[] episode = [Begin(index)];
        while (!episode[0].HasEnded)
        {
            if (index > Volatile.Read(ref _gap))
            {
                return default;
            }
            if (await PlayTurnAsync(episode, stop.Token, token).ConfigureAwait(false) is { } unfinished)
            {
                InterlockedMinimum(ref _gap, index);
                return unfinished;
            }
        }
        return new PlayedEpisode(episode[0].Finish(_policy.Name));
    }

    /// <summary>Many episodes side by side; one that has ended gives its place to the next.</summary>
    private async IAsyncEnumerable<PlayedEpisode> TogetherAsync([EnumeratorCancellation] CancellationToken token = default)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(token, _options.Stop);
        List<EpisodeInProgress> playing = [];
        Dictionary<long, Episode> waiting = [];
        long given = _options.FirstEpisode;
        long begun = given;
        while (given < _end)
        {
            // A long episode must not let the ones after it pile up: at most twice the lanes are finished or under way.
            long room = Math.Min(_options.Lanes - playing.Count, (2L * _options.Lanes) - (begun - given));
            EpisodeInProgress[] fresh = new EpisodeInProgress[Math.Min(room, _end - begun)];
            ForEach(fresh.Length, i => fresh[i] = Begin(begun + i));
            playing.AddRange(fresh);
            begun += fresh.Length;
            if (await PlayTurnAsync(playing, stop.Token, token).ConfigureAwait(false) is { } unfinished)
            {
                yield return unfinished;
                yield break;
            }
            foreach (EpisodeInProgress ended in playing.Where(episode => episode.HasEnded))
            {
                waiting.Add(ended.Index, ended.Finish(_policy.Name));
            }
            playing.RemoveAll(episode => episode.HasEnded);
            while (waiting.Remove(given, out Episode? next))
            {
                yield return new PlayedEpisode(next);
                given++;
            }
        }
    }

    private EpisodeInProgress Begin(long index) => new(index, _environment, _start(index), _options);

    /// <summary>One turn of each episode; what came in its place where there was none.</summary>
    private async ValueTask<PlayedEpisode?> PlayTurnAsync(
        IReadOnlyList<EpisodeInProgress> playing,
        CancellationToken stop,
        CancellationToken flow
    )
    {
        flow.ThrowIfCancellationRequested();
        PolicyRequest[] requests = new PolicyRequest[playing.Count];
        ForEach(requests.Length, i => requests[i] = playing[i].Request(_template));
        IReadOnlyList<Reply> replies;
        try
        {
            replies = await _policy.ReplyAsync(requests, stop).ConfigureAwait(false);
        }
        catch (FaultException exception) when (_options.PolicyFailed is not null)
        {
            return new PlayedEpisode(null, exception.Fault);
        }
        catch (OperationCanceledException) when (_options.Stop.IsCancellationRequested && !flow.IsCancellationRequested)
        {
            return default(PlayedEpisode);
        }
        if (replies.Count != requests.Length)
        {
            throw new InvalidOperationException($"The policy {_policy.Name} gave {replies.Count} replies to {requests.Length} requests.");
        }
        ForEach(requests.Length, i => playing[i].Take(replies[i]));
        return null;
    }

    private void ForEach(int count, Action<int> act)
    {
        if (_options.Workers > 1 && count > 1)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = _options.Workers }, act);
            return;
        }
        for (int i = 0; i < count; i++)
        {
            act(i);
        }
    }

    private static void InterlockedMinimum(ref long target, long value)
    {
        long seen = Volatile.Read(ref target);
        while (value < seen && Interlocked.CompareExchange(ref target, value, seen) is var other && other != seen)
        {
            seen = other;
        }
    }
}
