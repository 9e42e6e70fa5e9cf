using System.Collections.Immutable;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming.Simulation;

/// <summary>Measures how well an order is shuffled, window by window.</summary>
internal sealed class OrderQuality(SimulationOptions options, SimulatedDataset dataset)
{
    private readonly Dictionary<int, long[][]> _firstTurns = [];
    private readonly long[] _lastStep = new long[options.Parts];
    private long _windows;
    private long _turns;
    private long _adjacent;
    private long _partsInSteps;
    private long _endOfLast = -1;
    private double _squares;
    private double _distances;

    /// <summary>Windows of a step of all trainers.</summary>
    public long WindowsOfStep => (long)options.Stream.BatchWindows * options.World;

    public long Steps => (_windows + WindowsOfStep - 1) / WindowsOfStep;

    // Spearman's ρ = 1 − 6 Σd² / (n(n² − 1)), without ties.
    public double RankCorrelation =>
        options.Turns == 1 ? 1 : 1 - (6 * _squares / ((double)options.Turns * (((double)options.Turns * options.Turns) - 1)));

    public double MeanDisplacement => _distances / options.Turns / options.Turns;

    public double AdjacentPairs => _windows == 1 ? 0 : (double)_adjacent / (_windows - 1);

    public double PartsInStep => (double)_partsInSteps / Steps;

    /// <summary>Goes on to a block.</summary>
    public void Begin(ImmutableArray<int> parts, ImmutableArray<ImmutableArray<ImmutableArray<int>>> turns)
    {
        _firstTurns.Clear();
        for (int i = 0; i < parts.Length; i++)
        {
            long turn = dataset.FirstTurnOf(parts[i]);
            long[][] groups = new long[turns[i].Length][];
            for (int group = 0; group < groups.Length; group++)
            {
                ImmutableArray<int> episodes = turns[i][group];
                groups[group] = new long[episodes.Length];
                for (int episode = 0; episode < episodes.Length; episode++)
                {
                    groups[group][episode] = turn;
                    turn += episodes[episode];
                }
            }
            _firstTurns.Add(parts[i], groups);
        }
    }

    /// <summary>Takes the next window of the order.</summary>
    public void Add(Window window)
    {
        long place = _firstTurns[window.Part][window.Group][window.Episode] + window.Start;
        double distance = Math.Abs(place - _turns);
        _distances += window.Length * distance;
        _squares += window.Length * distance * distance;
        _adjacent += place == _endOfLast ? 1 : 0;
        _endOfLast = place + window.Length;
        long step = 1 + (_windows / WindowsOfStep);
        if (_lastStep[window.Part] != step)
        {
            _lastStep[window.Part] = step;
            _partsInSteps++;
        }
        _windows++;
        _turns += window.Length;
    }
}
