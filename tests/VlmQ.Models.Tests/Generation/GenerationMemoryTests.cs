using VlmQ.Models.Generation;
using VlmQ.Tests.Shared.Tensors;

namespace VlmQ.Models.Tests.Generation;

[Collection(nameof(LiveTensors))]
public sealed class GenerationMemoryTests
{
    [Fact]
    public void Generation_leaves_no_tensor_behind()
    {
        using TinyVlm model = TinyModels.New();
        PromptBatch prompts = TinyModels.Prompts([3, 4, 5, 6], [4, 3]);
        GenerationOptions options = new(new Decoding.Greedy(), 6, endToken: 23);
        ReplyGenerator.Generate(model, prompts, options, []);
        long before = LiveTensors.Count();
        for (int i = 0; i < 20; i++)
        {
            ReplyGenerator.Generate(model, prompts, options, []);
        }
        Assert.Equal(before, LiveTensors.Count());
    }
}
