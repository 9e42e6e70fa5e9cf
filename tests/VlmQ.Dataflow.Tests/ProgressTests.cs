using System.Collections.Immutable;
using VlmQ.Core.Episodes;

namespace VlmQ.Dataflow.Tests;

public class ProgressTests
{
    [Fact]
    public async Task A_report_counts_every_stage_in_the_order_data_flows()
    {
        FlowReport report = (
            await Source
                .From(Enumerable.Range(0, 10), "numbers")
                .MapOrReject<int>(
                    item => item % 5 == 0 ? Fault.Data("a five") : item,
                    Sink.ForEach<Rejected<int>>(_ => { }, "fives"),
                    name: "sift"
                )
                .ParallelMap(2, item => item, "decode")
                .Batch(3, "collate")
                .To(Sink.ForEach<ImmutableArray<int>>(_ => { }, "train"))
                .RunAsync()
        ).OrThrow();
        Assert.Equal(
            [
                new StageProgress("numbers", 0, 10, 0),
                new StageProgress("sift", 10, 8, 2),
                new StageProgress("fives", 2, 2, 0),
                new StageProgress("decode", 8, 8, 0),
                new StageProgress("collate", 8, 3, 0),
                new StageProgress("train", 3, 3, 0),
            ],
            report.Stages
        );
        Assert.Equal(2, report.Rejected);
    }

    [Fact]
    public async Task A_running_flow_can_be_watched()
    {
        FlowMonitor monitor = new();
        Assert.Empty(monitor.Snapshot());
        List<long> seen = [];
        await foreach (int item in Source.From(Enumerable.Range(0, 5), "numbers").ReadAsync(monitor))
        {
            seen.Add(monitor.Snapshot()[0].ItemsOut);
        }
        Assert.Equal("numbers", Assert.Single(monitor.Snapshot()).Name);
        Assert.Equal(5, monitor.Snapshot()[0].ItemsOut);
        Assert.Equal(seen.Order(), seen);
    }
}
