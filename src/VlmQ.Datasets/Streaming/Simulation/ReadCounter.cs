using System.Collections.Immutable;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming.Simulation;

/// <summary>Counts what each trainer opens, reads and holds, as <see cref="BlockReader"/> does it.</summary>
internal sealed class ReadCounter(int world)
{
    private readonly Dictionary<int, int> _openings = [];
    private readonly Dictionary<int, int> _firstGroup = [];
    private readonly List<long> _turns = [];
    private readonly long[] _read = new long[world];
    private readonly long[] _held = new long[world];
    private bool[] _loaded = [];

    /// <summary>Row groups.</summary>
    public long Groups { get; private set; }

    /// <summary>Row groups that one trainer reads, at most.</summary>
    public long ByRank => _read.Max();

    /// <summary>Row groups that all trainers read together.</summary>
    public long ByAll => _read.Sum();

    /// <summary>Turns that one trainer holds at once, at most.</summary>
    public long TurnsAtOnce { get; private set; }

    /// <summary>Openings of a part by one trainer, at most; every trainer opens the parts of every block.</summary>
    public int OpeningsOf(int parts) => _openings.Count == parts ? _openings.Values.Max() : 0;

    /// <summary>Goes on to a block.</summary>
    public void Begin(ImmutableArray<int> parts, ImmutableArray<ImmutableArray<ImmutableArray<int>>> turns)
    {
        _firstGroup.Clear();
        _turns.Clear();
        for (int i = 0; i < parts.Length; i++)
        {
            _openings[parts[i]] = _openings.GetValueOrDefault(parts[i]) + 1;
            _firstGroup.Add(parts[i], _turns.Count);
            foreach (ImmutableArray<int> group in turns[i])
            {
                long sum = 0;
                foreach (int length in group)
                {
                    sum += length;
                }
                _turns.Add(sum);
            }
        }
        Groups += _turns.Count;
        _loaded = new bool[checked(_turns.Count * world)];
    }

    /// <summary>Goes on to a slice: what was held is given back.</summary>
    public void BeginSlice() => Array.Clear(_held);

    /// <summary>A trainer takes a window.</summary>
    public void Add(Window window, int rank)
    {
        int group = _firstGroup[window.Part] + window.Group;
        ref bool loaded = ref _loaded[(group * world) + rank];
        if (!loaded)
        {
            loaded = true;
            _read[rank]++;
            _held[rank] += _turns[group];
            TurnsAtOnce = Math.Max(TurnsAtOnce, _held[rank]);
        }
    }
}
