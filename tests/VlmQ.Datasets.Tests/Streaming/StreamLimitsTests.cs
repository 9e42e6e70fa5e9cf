using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Tests.Streaming;

/// <summary>Batches that no memory could hold are refused, not tried.</summary>
public sealed class StreamLimitsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2_000_000_000, 1, "2000000000 windows for each of 1 trainers are 2000000000, a step has at most 1048576")]
    [InlineData(8, 2_000_000_000, "8 windows for each of 2000000000 trainers are 16000000000, a step has at most 1048576")]
    public async Task More_windows_than_a_step_can_have_are_a_fault(int windows, int world, string said)
    {
        Fault fault = TransitionFolders.FaultOf(await OpenAsync(new() { BatchWindows = windows, Share = new Share(0, world) }));

        Assert.Equal((FaultKind.Configuration, said), (fault.Kind, fault.What));
    }

    [Theory]
    [InlineData(16_384)]
    [InlineData(100_000)]
    public async Task Pictures_larger_than_a_batch_can_hold_are_a_fault(int side)
    {
        TransitionStream stream = (await OpenAsync(new() { ImageSize = side })).OrThrow();

        FaultException thrown = await Assert.ThrowsAsync<FaultException>(async () =>
        {
            await foreach (StreamedBatch batch in stream.ReadAsync())
            {
                batch.Dispose();
            }
        });

        Assert.Equal(FaultKind.Configuration, thrown.Fault.Kind);
        Assert.Contains($"pictures of {side}×{side} are ", thrown.Fault.What, StringComparison.Ordinal);
    }

    private async Task<Result<TransitionStream>> OpenAsync(TransitionStreamOptions options)
    {
        await TransitionFolders.WriteAsync(_folder.Path, TransitionFolders.Episodes(12));
        DatasetReader<TransitionEpisode> reader = TransitionDataset.OpenReader(_folder.Path).OrThrow();
        return await TransitionStream.OpenAsync(reader, options);
    }
}
