using System.Collections.Immutable;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming.Simulation;

/// <summary>Counts what each trainer opens, reads and holds, as <see cref="TransitionStream"/> does it.</summary>
/// <param name="world">Trainers.</param>
/// <param name="batchWindows">Windows of a trainer's batch.</param>
internal sealed class ReadCounter(int world, int batchWindows)
{
    private readonly Dictionary<int, int> _openings = [];
    private readonly Dictionary<int, int> _firstGroup = [];
    private readonly List<Waiting> _step = [];
    private readonly long[] _read = new long[world];
    private readonly long[] _held = new long[world];
    private readonly long[] _heldBefore = new long[world];
    private Groups _groups = new([], []);

    /// <summary>Row groups.</summary>
    public long All { get; private set; }

    /// <summary>Row groups that one trainer reads, at most.</summary>
    public long ByRank => _read.Max();

    /// <summary>Row groups that all trainers read together.</summary>
    public long ByAll => _read.Sum();

    /// <summary>Turns that one trainer holds at once, at most: of the slice under way and of the next, which is read ahead.</summary>
    public long TurnsAtOnce { get; private set; }

    /// <summary>Openings of a part by one trainer, at most; every trainer opens the parts of every block.</summary>
    public int OpeningsOf(int parts) => _openings.Count == parts ? _openings.Values.Max() : 0;

    /// <summary>Goes on to a block.</summary>
    public void Begin(ImmutableArray<int> parts, ImmutableArray<ImmutableArray<ImmutableArray<int>>> turns)
    {
        _firstGroup.Clear();
        List<long> sums = [];
        for (int i = 0; i < parts.Length; i++)
        {
            _openings[parts[i]] = _openings.GetValueOrDefault(parts[i]) + 1;
            _firstGroup.Add(parts[i], sums.Count);
            foreach (ImmutableArray<int> group in turns[i])
            {
                long sum = 0;
                foreach (int length in group)
                {
                    sum += length;
                }
                sums.Add(sum);
            }
        }
        All += sums.Count;
        _groups = new Groups([.. sums], new bool[checked(sums.Count * world)]);
    }

    /// <summary>Goes on to a slice: what the slice before the one that ends held is given back.</summary>
    public void BeginSlice()
    {
        _held.CopyTo(_heldBefore, 0);
        Array.Clear(_held);
    }

    /// <summary>The next window of the order; a step of all trainers is dealt when it is whole.</summary>
    public void Add(Window window)
    {
        _step.Add(new Waiting(window, _groups, _firstGroup[window.Part] + window.Group));
        if (_step.Count == (long)world * batchWindows)
        {
            Deal();
        }
    }

    /// <summary>Deals what is left of the last step.</summary>
    public void End() => Deal();

    private void Deal()
    {
        ReadOnlySpan<Waiting> step = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_step);
        int[] places = world == 1 ? [] : Share.ByPlace(step, static (a, b) => Window.ComparePlaces(a.Window, b.Window));
        for (int i = 0; i < step.Length; i++)
        {
            Take(step[world == 1 ? i : places[i]], i / batchWindows);
        }
        _step.Clear();
    }

    private void Take(Waiting waiting, int rank)
    {
        ref bool loaded = ref waiting.Groups.Loaded[(waiting.Group * world) + rank];
        if (!loaded)
        {
            loaded = true;
            _read[rank]++;
            _held[rank] += waiting.Groups.Turns[waiting.Group];
            TurnsAtOnce = Math.Max(TurnsAtOnce, _held[rank] + _heldBefore[rank]);
        }
    }

    private readonly record struct Waiting(Window Window, Groups Groups, int Group);

    private sealed record Groups(long[] Turns, bool[] Loaded);
}
