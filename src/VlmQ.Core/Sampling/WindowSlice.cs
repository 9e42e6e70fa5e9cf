using System.Collections.Immutable;
using System.Runtime.InteropServices;
using VlmQ.Core.Randomness;

namespace VlmQ.Core.Sampling;

/// <summary>
/// Row groups whose windows are shuffled together. The windows are made when they are asked for; to skip a slice it is enough to count them.
/// </summary>
public sealed class WindowSlice
{
    /// <summary>Stretches of a slice of a large dataset that are shuffled on their own: a power of 2.</summary>
    public const int Lanes = 1 << LaneBits;

    private const int LaneBits = 5;

    private readonly GroupOfRows[] _groups;
    private readonly int _windowTurns;
    private readonly RandomKey _cuts;
    private readonly RandomKey _order;
    private readonly bool _inLanes;

    /// <param name="groups">The row groups.</param>
    /// <param name="turns">Their turns together.</param>
    /// <param name="windowTurns">Turns of a window.</param>
    /// <param name="cuts">Decides where episodes are cut.</param>
    /// <param name="order">Decides the windows' order.</param>
    /// <param name="inLanes">Whether lanes are shuffled on their own, not the slice as a whole.</param>
    internal WindowSlice(GroupOfRows[] groups, long turns, int windowTurns, RandomKey cuts, RandomKey order, bool inLanes)
    {
        if (inLanes)
        {
            groups.AsSpan().Sort(static (a, b) => a.Part != b.Part ? a.Part.CompareTo(b.Part) : a.Group.CompareTo(b.Group));
        }
        _groups = groups;
        Turns = turns;
        _windowTurns = windowTurns;
        _cuts = cuts;
        _order = order;
        _inLanes = inLanes;
    }

    /// <summary>Turns of all its windows.</summary>
    public long Turns { get; }

    /// <summary>How many windows there are.</summary>
    public int Count()
    {
        int count = 0;
        foreach (GroupOfRows group in _groups)
        {
            for (int episode = 0; episode < group.Turns.Length; episode++)
            {
                int rest = group.Turns[episode] - FirstCut(group.FirstEpisode + episode, group.Turns[episode]);
                count = checked(count + 1 + ((rest + _windowTurns - 1) / _windowTurns));
            }
        }
        return count;
    }

    /// <summary>The windows, in the order in which they are taken.</summary>
    public ImmutableArray<Window> Windows()
    {
        RandomCursor draws = _order.Cursor();
        Window[] places = Cut();
        if (!_inLanes)
        {
            draws.Shuffle<Window>(places);
            return ImmutableCollectionsMarshal.AsImmutableArray(places);
        }
        for (int lane = 0; lane < Lanes; lane++)
        {
            int first = FirstOf(lane);
            draws.Shuffle(places.AsSpan(first, FirstOf(lane + 1) - first));
        }
        Window[] windows = new Window[places.Length];
        int count = 0;
        for (int round = 0; count < windows.Length; round++)
        {
            for (int turn = 0; turn < Lanes; turn++)
            {
                // The bits of the turn reversed (van der Corput's sequence): each stretch of 2ᵏ turns visits 2ᵏ equal stretches of lanes.
                int lane = Reversed(turn);
                int place = FirstOf(lane) + round;
                if (place < FirstOf(lane + 1))
                {
                    windows[count++] = places[place];
                }
            }
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(windows);

        int FirstOf(int lane) => (int)((long)lane * places.Length / Lanes);
    }

    private static int Reversed(int turn)
    {
        int lane = 0;
        for (int bit = 0; bit < LaneBits; bit++)
        {
            lane = (lane << 1) | ((turn >> bit) & 1);
        }
        return lane;
    }

    private Window[] Cut()
    {
        Window[] windows = new Window[Count()];
        int count = 0;
        foreach (GroupOfRows group in _groups)
        {
            for (int episode = 0; episode < group.Turns.Length; episode++)
            {
                int turns = group.Turns[episode];
                int start = 0;
                int end = FirstCut(group.FirstEpisode + episode, turns);
                while (start < turns)
                {
                    windows[count++] = new Window(group.Part, group.Group, episode, start, end - start);
                    start = end;
                    end = Math.Min(turns, start + _windowTurns);
                }
            }
        }
        return windows;
    }

    // Where the first window ends. An episode that fits in one window is never cut; a longer one is cut first after 1..W turns.
    private int FirstCut(long episode, int turns) => turns <= _windowTurns ? turns : 1 + _cuts.IndexAt((ulong)episode, _windowTurns);
}
