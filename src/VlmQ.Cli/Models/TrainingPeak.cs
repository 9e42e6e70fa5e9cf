using System.Globalization;
using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Cli.Models;

/// <summary>Measures what training a model takes: two steps on random turns, and what the process held at most meanwhile.</summary>
internal static class TrainingPeak
{
    private const string Status = "/proc/self/status";

    // Wide enough for as many views as a family makes of a picture.
    private const int Side = 1152;

    /// <summary>Bytes beyond what the process held before the model was loaded.</summary>
    public static Result<long> Measure(NamedModel named, ModelDescription description, MemoryUse use, LoraOptions? lora)
    {
        if (!File.Exists(Status))
        {
            return Fault.External("what the process holds cannot be read on this system", Status, "leave --measure out");
        }
        using (Tensor warm = ones(64, 64))
        {
            // The first product loads the libraries that all others need.
            warm.matmul(warm).Dispose();
        }
        long before = Read("VmRSS");
        ModelLoadOptions options = new()
        {
            Kernels = Kernels.Best,
            WeightType = use.WeightBytes == 4 ? ScalarType.Float32 : null,
            Critics = use.Critics,
            TrainsVision = use.TrainsVision,
            Recomputes = use.Recomputes,
            Base = named.Base,
        };
        using VisionLanguageModel model = ModelFolder.Load(named.Base, options).OrThrow();
        Result<TurnBatch> batch = Turns(model, description, use);
        if (batch is Result<TurnBatch>.Failed failed)
        {
            return failed.Fault;
        }
        LearnerOptions learning = new()
        {
            Lora = lora,
            HeadChunk = use.HeadChunk,
            Loss = new AfsftOptions { SupportThreshold = 0 },
        };
        using Learner learner = new(model, learning);
        for (int step = 0; step < 2; step++)
        {
            learner.Step(batch.OrThrow());
        }
        return Read("VmHWM") - before;
    }

    private static Result<TurnBatch> Turns(VisionLanguageModel model, ModelDescription description, MemoryUse use)
    {
        // The last token of a reply is not read.
        int prompt = use.Sequence - description.LeadingPositions - description.ImagePositions - (use.ReplyTokens - 1);
        if (prompt < 1)
        {
            return Fault.Configuration(
                $"a sequence of {use.Sequence} positions has no room for a picture of {description.ImagePositions} and a reply of "
                    + $"{use.ReplyTokens}",
                "--sequence",
                "choose a longer one"
            );
        }
        int width = model.ImageWidth ?? Side;
        int height = model.ImageHeight ?? Side;
        RandomKey key = RandomKey.Of(1, "measure");
        return new TurnBatch
        {
            Rows = use.Batch,
            ImageHeight = height,
            ImageWidth = width,
            Images = Pictures(use.Batch, width * height * 3, key),
            PromptWidth = prompt + 1,
            PromptIds = Prompts(use.Batch, prompt + 1, model, key),
            PromptLengths = Repeated(use.Batch, prompt + 1),
            ReplyWidth = use.ReplyTokens,
            ReplyIds = Ids(use.Batch * use.ReplyTokens, model, key.Split("replies")),
            ReplyLengths = Repeated(use.Batch, use.ReplyTokens),
            Rewards = new float[use.Batch * use.ReplyTokens],
            Valid = Repeated(use.Batch, true),
            Terminated = Repeated(use.Batch, true),
            NextRow = Repeated(use.Batch, -1),
            ReturnToGo = new float[use.Batch],
        };
    }

    private static T[] Repeated<T>(int count, T value)
    {
        T[] values = new T[count];
        Array.Fill(values, value);
        return values;
    }

    private static byte[] Pictures(int rows, int bytes, RandomKey key)
    {
        byte[] pictures = new byte[rows * bytes];
        for (int row = 0; row < rows; row++)
        {
            // Rows differ, so that no picture's features are found among those that are kept.
            pictures.AsSpan(row * bytes, bytes).Fill((byte)key.UInt64At((ulong)row));
        }
        return pictures;
    }

    private static int[] Prompts(int rows, int width, VisionLanguageModel model, RandomKey key)
    {
        int[] ids = Ids(rows * width, model, key.Split("prompts"));
        for (int row = 0; row < rows; row++)
        {
            ids[row * width] = model.ImagePlaceholder;
        }
        return ids;
    }

    private static int[] Ids(int count, VisionLanguageModel model, RandomKey key)
    {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++)
        {
            int id = (int)(key.UInt64At((ulong)i) % (ulong)model.Vocabulary);
            ids[i] = id == model.ImagePlaceholder ? 0 : id;
        }
        return ids;
    }

    private static long Read(string what)
    {
        string line = File.ReadLines(Status).First(line => line.StartsWith(what + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
