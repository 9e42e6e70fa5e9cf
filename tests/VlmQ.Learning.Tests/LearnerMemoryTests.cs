using VlmQ.Models;
using VlmQ.Tests.Shared.Tensors;

namespace VlmQ.Learning.Tests;

[Collection(nameof(LiveTensors))]
public sealed class LearnerMemoryTests
{
    [Fact]
    public void Two_hundred_steps_leave_no_tensor_behind()
    {
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(model, SmallLearners.Options with { WeightAverageDecay = 0.9 });
        for (int i = 0; i < 5; i++)
        {
            learner.Step(SmallLearners.Batch(i));
        }
        long before = LiveTensors.Count();
        for (int i = 0; i < 200; i++)
        {
            learner.Step(SmallLearners.Batch(i));
            // Not even until the next collection.
            Assert.InRange(TorchSharp.torch.Tensor.TotalCount, 0, before);
        }
        Assert.Equal(before, LiveTensors.Count());
    }
}
