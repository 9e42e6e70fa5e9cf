using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Models;
using VlmQ.Models.Safetensors;
using VlmQ.Tests.Shared;
using static TorchSharp.torch;

namespace VlmQ.Learning.Tests;

public sealed class HostileCheckpointTests : IDisposable
{
    private const string Info = "checkpoint.json";
    private const string Optimizer = "optimizer.safetensors";
    private const string OptimizerState = "adamw.state";

    private readonly string _folder = Directory.CreateTempSubdirectory("vlmq-hostile-checkpoint-").FullName;
    private readonly TinyVlm _model = SmallLearners.Model();
    private readonly Learner _learner;

    public HostileCheckpointTests()
    {
        _learner = new Learner(_model, SmallLearners.Options);
        Checkpoint.Save(Folder, _learner, "digest", "cursor");
    }

    private string Folder => Path.Combine(_folder, "last");

    public void Dispose()
    {
        _learner.Dispose();
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Damaged_descriptions_are_read_or_refused_within_the_budget_and_nothing_else()
    {
        byte[] original = File.ReadAllBytes(Path.Combine(Folder, Info));
        ReadInfo(original);
        int refused = await Fuzz.RunAsync([original], ReadInfo, IsClean, length => (1 << 20) + (200L * length));
        Assert.InRange(refused, Fuzz.Mutations / 4, Fuzz.Mutations);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\":\"vlmq-checkpoint/1\"}")]
    [InlineData("{\"format\":\"vlmq-checkpoint/1\",\"step\":-1,\"options\":{},\"tokenizerDigest\":\"a\",\"dataCursor\":\"\"}")]
    [InlineData("{\"format\":\"vlmq-checkpoint/1\",\"step\":1,\"options\":null,\"tokenizerDigest\":\"a\",\"dataCursor\":\"\"}")]
    [InlineData("{\"format\":\"vlmq-checkpoint/1\",\"step\":1,\"options\":{},\"tokenizerDigest\":null,\"dataCursor\":\"\"}")]
    [InlineData("{\"format\":\"vlmq-checkpoint/1\",\"step\":1,\"options\":{},\"tokenizerDigest\":\"a\",\"dataCursor\":null}")]
    [InlineData("{\"format\":\"vlmq-checkpoint/1\",\"step\":1,\"options\":{\"loss\":null},\"tokenizerDigest\":\"a\",\"dataCursor\":\"\"}")]
    public void A_description_that_lacks_what_training_needs_is_refused(string description) =>
        Assert.Throws<FaultException>(() => ReadInfo(Encoding.UTF8.GetBytes(description)));

    [Fact]
    public async Task Damaged_states_of_the_optimizer_are_restored_or_refused_and_nothing_else()
    {
        byte[] original;
        using (SafetensorsFile file = SafetensorsFile.Open(Path.Combine(Folder, Optimizer)).OrThrow())
        using (Tensor state = file.Read(OptimizerState))
        {
            original = state.bytes.ToArray();
        }
        Restore(original);
        int refused = await Fuzz.RunAsync([original], Restore, IsClean, length => (16 << 20) + (200L * length));
        Assert.InRange(refused, 1, Fuzz.Mutations);
    }

    private static bool IsClean(Exception thrown) => thrown is FaultException;

    private void ReadInfo(byte[] description)
    {
        File.WriteAllBytes(Path.Combine(Folder, Info), description);
        Checkpoint.ReadInfo(Folder).OrThrow();
    }

    private void Restore(byte[] state)
    {
        using Tensor bytes = tensor(state);
        SafetensorsWriter.Write(Path.Combine(Folder, Optimizer), [KeyValuePair.Create(OptimizerState, bytes)]);
        Checkpoint.Restore(Folder, _learner).OrThrow();
    }
}
