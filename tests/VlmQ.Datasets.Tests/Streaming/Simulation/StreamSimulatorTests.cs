using VlmQ.Core.Sampling;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Streaming.Simulation;

namespace VlmQ.Datasets.Tests.Streaming.Simulation;

public sealed class StreamSimulatorTests
{
    private static readonly SimulationOptions Options = new()
    {
        Turns = 20_003,
        Parts = 37,
        EpisodeTurns = 6,
        GroupTurns = 60,
        World = 3,
        Stream = new TransitionStreamOptions
        {
            WindowTurns = 4,
            BatchWindows = 2,
            ShuffleTurns = 500,
            MixedParts = 4,
        },
    };

    [Fact]
    public void Each_trainer_opens_each_part_once_and_memory_is_bounded()
    {
        SimulationReport report = StreamSimulator.Run(Options, TimeProvider.System);

        Assert.Equal(1, report.OpeningsOfPart);
        Assert.InRange(report.RowGroupsReadByRank, 1, report.RowGroups);
        Assert.InRange(report.RowGroupsReadByAll, report.RowGroupsReadByRank, 3 * report.RowGroups);
        Assert.InRange(report.TurnsInMemory, 300, 2 * ((2 * 500) + 60 + 11));
        Assert.Equal(report.TurnsInMemory * Options.TurnBytes, report.BytesInMemory);
        Assert.Equal((report.Windows + 5) / 6, report.Steps);
    }

    [Theory]
    [InlineData(2, 16, 1.05)]
    [InlineData(3, 16, 1.15)]
    [InlineData(8, 16, 1.25)]
    [InlineData(8, 2, 1.25)]
    [InlineData(32, 4, 1.8)]
    public void Each_of_several_trainers_reads_little_more_than_its_own_share_of_the_row_groups(int world, int batch, double amplification)
    {
        SimulationOptions large = new()
        {
            Turns = 400_000,
            Parts = 40,
            World = world,
            GroupTurns = 512,
            Stream = new TransitionStreamOptions { BatchWindows = batch, ShuffleTurns = 50_000 },
        };

        SimulationReport report = StreamSimulator.Run(large, TimeProvider.System);

        Assert.InRange(report.ReadAmplification, 1, amplification);
        Assert.Equal((double)report.RowGroupsReadByAll / report.RowGroups, report.ReadAmplification);
        Assert.InRange(report.RowGroupsReadByRank, report.RowGroups / world, 1.2 * amplification * report.RowGroups / world);
    }

    [Fact]
    public void A_block_of_the_whole_dataset_is_a_perfect_shuffle()
    {
        SimulationOptions whole = Options with { Stream = Options.Stream with { ShuffleTurns = 1_000_000 } };

        SimulationReport report = StreamSimulator.Run(whole, TimeProvider.System);

        Assert.InRange(report.RankCorrelation, -0.05, 0.05);
        Assert.InRange(report.MeanDisplacement, 0.32, 0.35);
        Assert.InRange(report.AdjacentPairs, 0, 0.002);
        Assert.InRange(report.PartsInStep, 0.97 * report.PartsInPerfectStep, 1.03 * report.PartsInPerfectStep);
    }

    [Fact]
    public void One_part_taken_window_by_window_is_not_shuffled()
    {
        SimulationOptions single = Options with { Turns = 12, Parts = 1, Stream = Options.Stream with { WindowTurns = 100 } };

        // The dataset is one pair of episodes; a pass takes them in one order or the other.
        SimulationReport[] passes =
        [
            .. Enumerable.Range(0, 20).Select(epoch => StreamSimulator.Run(single with { Epoch = epoch }, TimeProvider.System)),
        ];

        Assert.Equal([0.0, 1.0], passes.Select(report => report.AdjacentPairs).Distinct().Order());
        Assert.All(passes, report => Assert.Equal(report.AdjacentPairs == 1, report.RankCorrelation == 1));
        Assert.All(passes, report => Assert.Equal(report.AdjacentPairs == 1, report.MeanDisplacement == 0));
    }

    [Fact]
    public void More_mixed_parts_mix_better_in_the_same_memory()
    {
        SimulationReport one = StreamSimulator.Run(Options with { Stream = Options.Stream with { MixedParts = 1 } }, TimeProvider.System);
        SimulationReport all = StreamSimulator.Run(Options with { Stream = Options.Stream with { MixedParts = 37 } }, TimeProvider.System);

        Assert.True(all.PartsInStep > 1.5 * one.PartsInStep);
        Assert.True(all.TurnsInMemory < 1100);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    [InlineData(20_002)]
    public void The_position_of_a_turn_is_where_the_order_takes_it(long turn)
    {
        SimulatedDataset dataset = new(Options);
        WindowSampler sampler = StreamSimulator.SamplerOf(Options, dataset.Sizes());

        SamplerPosition found = StreamSimulator.PositionOf(Options, dataset, sampler, turn);

        Assert.InRange(
            turn,
            TurnsBefore(sampler, dataset, found),
            TurnsBefore(sampler, dataset, found with { Window = found.Window + 1 }) - 1
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(500)]
    public void Simulated_episodes_are_those_of_the_sizes(int episodeTurns)
    {
        SimulatedDataset dataset = new(Options with { EpisodeTurns = episodeTurns });

        Assert.Equal(20_003, dataset.Sizes().Sum(size => size.Turns));
        Assert.All(
            dataset.Sizes().Select((size, part) => (size, dataset.LengthsOf(part))),
            pair =>
            {
                Assert.Equal(pair.size.Turns, pair.Item2.Sum(group => group.Sum()));
                Assert.Equal(pair.size.Episodes, pair.Item2.Sum(group => group.Length));
            }
        );
    }

    [Fact]
    public void Fewer_turns_than_parts_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StreamSimulator.Run(Options with { Turns = 36 }, TimeProvider.System));

    private static long TurnsBefore(WindowSampler sampler, SimulatedDataset dataset, SamplerPosition position)
    {
        long turns = 0;
        var blocks = sampler.Blocks(position.Epoch);
        for (int block = 0; block <= position.Block; block++)
        {
            var windows = sampler
                .Slices(position.Epoch, block, blocks[block], [.. blocks[block].Select(dataset.LengthsOf)])
                .SelectMany(slice => slice.Windows());
            turns += (block < position.Block ? windows : windows.Take((int)position.Window)).Sum(window => (long)window.Length);
        }
        return turns;
    }
}
