using System.Diagnostics;
using TorchSharp;
using VlmQ.Datasets.Streaming;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Kernels;

namespace VlmQ.Benchmarks.Streaming;

/// <summary>A learner that takes its batches from the stream.</summary>
internal static class TrainerWait
{
    // Steps before the clock starts: the first batches of a stream come when its first slice is read.
    private const int WarmSteps = 10;

    /// <summary>The share, from 0 to 1, of the steps' time that the learner spends waiting for its batch.</summary>
    /// <param name="work">The dataset.</param>
    /// <param name="size">Of TinyVlm.</param>
    /// <param name="imageSize">Side of its pictures.</param>
    /// <param name="workers">Of the stream.</param>
    /// <param name="steps">Steps that are measured.</param>
    public static double Measure(StreamWork work, string size, int imageSize, int workers, int steps)
    {
        torch.set_num_threads(1);
        TinyVlmConfig sizes = TinyVlmConfig.Preset(size, work.Tokenizer.Count, work.Tokenizer.ImageToken).OrThrow() with
        {
            ImageSize = imageSize,
        };
        using TinyVlm model = new(sizes, 0, Kernels.Best, Precision.Full);
        using Learner learner = new(model, new LearnerOptions { Steps = WarmSteps + steps });
        using IEnumerator<StreamedBatch> batches = work.Open(workers).ReadAsync().ToBlockingEnumerable().GetEnumerator();
        StageClock waiting = new();
        StageClock all = new();
        for (int step = 0; step < WarmSteps + steps; step++)
        {
            long start = Stopwatch.GetTimestamp();
            batches.MoveNext();
            if (step >= WarmSteps)
            {
                waiting.Add(start);
            }
            using (StreamedBatch batch = batches.Current)
            {
                learner.Step(batch.Batch);
            }
            if (step >= WarmSteps)
            {
                all.Add(start);
            }
        }
        return waiting.Seconds / all.Seconds;
    }
}
