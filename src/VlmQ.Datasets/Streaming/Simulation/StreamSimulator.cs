using System.Collections.Immutable;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming.Simulation;

/// <summary>Runs the sampler over a dataset that is not there, as <see cref="TransitionStream"/> does over one that is.</summary>
public static class StreamSimulator
{
    /// <summary>Simulates a pass.</summary>
    /// <param name="options">Dataset and trainers.</param>
    /// <param name="clock">Takes the times of the report; everything else in it is a function of the options.</param>
    /// <param name="progress">Gets the turns done so far.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static SimulationReport Run(
        SimulationOptions options,
        TimeProvider clock,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options.Validate();
        SimulatedDataset dataset = new(options);
        ImmutableArray<PartSize> sizes = dataset.Sizes();
        long begun = clock.GetTimestamp();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        WindowSampler sampler = SamplerOf(options, sizes);
        ImmutableArray<ImmutableArray<int>> blocks = sampler.Blocks(options.Epoch);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        OrderQuality quality = new(options, dataset);
        ReadCounter reads = new(options.World, options.Stream.BatchWindows);
        long window = 0;
        long done = 0;
        for (int block = 0; block < blocks.Length; block++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var turns = LengthsOf(dataset, blocks[block]);
            quality.Begin(blocks[block], turns);
            reads.Begin(blocks[block], turns);
            foreach (WindowSlice slice in sampler.Slices(options.Epoch, block, blocks[block], turns))
            {
                reads.BeginSlice();
                foreach (Window next in slice.Windows())
                {
                    quality.Add(next);
                    reads.Add(next);
                    window++;
                    done += next.Length;
                }
                progress?.Report(done);
            }
        }
        reads.End();
        TimeSpan whole = clock.GetElapsedTime(begun);
        return new SimulationReport
        {
            Windows = window,
            Steps = quality.Steps,
            RankCorrelation = quality.RankCorrelation,
            MeanDisplacement = quality.MeanDisplacement,
            AdjacentPairs = quality.AdjacentPairs,
            PartsInStep = quality.PartsInStep,
            PartsInPerfectStep = options.Parts * (1 - Math.Pow(1 - (1.0 / options.Parts), quality.WindowsOfStep)),
            OpeningsOfPart = reads.OpeningsOf(options.Parts),
            RowGroups = reads.All,
            RowGroupsReadByRank = reads.ByRank,
            RowGroupsReadByAll = reads.ByAll,
            ReadAmplification = (double)reads.ByAll / reads.All,
            TurnsInMemory = reads.TurnsAtOnce,
            BytesInMemory = checked(reads.TurnsAtOnce * options.TurnBytes),
            SamplerBytes = allocated,
            ResumeTurn = options.Turns / 2,
            ResumeMilliseconds = TimeToResume(options, dataset, sizes, clock).TotalMilliseconds,
            Seconds = whole.TotalSeconds,
        };
    }

    /// <summary>The position of the window that holds a turn of a pass's order; plans the pass and one block, no more.</summary>
    internal static SamplerPosition PositionOf(SimulationOptions options, SimulatedDataset dataset, WindowSampler sampler, long turn)
    {
        ImmutableArray<ImmutableArray<int>> blocks = sampler.Blocks(options.Epoch);
        long before = 0;
        for (int block = 0; block < blocks.Length; block++)
        {
            long turns = 0;
            foreach (int part in blocks[block])
            {
                turns += dataset.TurnsOf(part);
            }
            if (turn >= before + turns)
            {
                before += turns;
                continue;
            }
            int window = 0;
            foreach (WindowSlice slice in sampler.Slices(options.Epoch, block, blocks[block], LengthsOf(dataset, blocks[block])))
            {
                if (turn >= before + slice.Turns)
                {
                    before += slice.Turns;
                    window += slice.Count();
                    continue;
                }
                foreach (Window next in slice.Windows())
                {
                    before += next.Length;
                    if (turn < before)
                    {
                        return new SamplerPosition(options.Epoch, window, block);
                    }
                    window++;
                }
            }
        }
        throw new ArgumentOutOfRangeException(nameof(turn), turn, "The pass has not so many turns.");
    }

    internal static WindowSampler SamplerOf(SimulationOptions options, ImmutableArray<PartSize> sizes) =>
        new(sizes, options.Stream.WindowTurns, options.Stream.ShuffleTurns, options.Stream.MixedParts, options.Stream.Seed);

    private static TimeSpan TimeToResume(
        SimulationOptions options,
        SimulatedDataset dataset,
        ImmutableArray<PartSize> sizes,
        TimeProvider clock
    )
    {
        long begun = clock.GetTimestamp();
        PositionOf(options, dataset, SamplerOf(options, sizes), options.Turns / 2);
        return clock.GetElapsedTime(begun);
    }

    private static ImmutableArray<ImmutableArray<ImmutableArray<int>>> LengthsOf(SimulatedDataset dataset, ImmutableArray<int> parts)
    {
        var turns = ImmutableArray.CreateBuilder<ImmutableArray<ImmutableArray<int>>>(parts.Length);
        foreach (int part in parts)
        {
            turns.Add(dataset.LengthsOf(part));
        }
        return turns.MoveToImmutable();
    }
}
