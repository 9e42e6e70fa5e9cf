namespace VlmQ.Datasets.Inspection;

/// <summary>Collects an <see cref="EpisodeGroup"/>.</summary>
internal sealed class GroupCounter
{
    private readonly RangeCounter _length = new();
    private readonly RangeCounter _return = new();
    private long _episodes;
    private long _turns;
    private long _valid;
    private long _terminated;
    private long _verdicts;
    private long _successes;

    public void Add(int turns, int valid, double sum, bool terminated, bool? success)
    {
        _episodes++;
        _turns += turns;
        _valid += valid;
        _length.Add(turns);
        _return.Add(sum);
        _terminated += terminated ? 1 : 0;
        _verdicts += success is null ? 0 : 1;
        _successes += success == true ? 1 : 0;
    }

    public EpisodeGroup Group(string environment, string policy) =>
        new(
            environment,
            policy,
            _episodes,
            _turns,
            _length.Range(),
            _return.Range(),
            _verdicts == 0 ? null : (double)_successes / _verdicts,
            (double)_valid / _turns,
            (double)_terminated / _episodes
        );
}
