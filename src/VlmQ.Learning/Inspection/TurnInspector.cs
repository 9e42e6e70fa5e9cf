using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TorchSharp;
using VlmQ.Core.Tokens;
using VlmQ.Models;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Learning;

/// <summary>Shows, token by token, what the critics make of turns and which tokens the filter keeps.</summary>
public static class TurnInspector
{
    /// <summary>Inspects the turns of a batch that have a reply.</summary>
    /// <returns>One list a trained row, in the order of <see cref="ReplyLayout.TrainedRows"/>.</returns>
    public static ImmutableArray<ImmutableArray<TokenReport>> Inspect(VisionLanguageModel model, TurnBatch batch, AfsftOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(options);
        ReplyLayout layout = new(batch);
        if (layout.TrainedRows.Length == 0)
        {
            return [];
        }
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using TurnInput input = model.Prepare(batch, layout.TrainedRows);
        long[] actions = layout.Actions(batch);
        Tensor hidden = model.Hidden(input);
        Tensor values = model.Critics.Values(model.Critics.Online(hidden, model.Kernels, model.Precision));
        Tensor logits = model.Logits(hidden);
        TokenStatistics tokens = model.Kernels.TokenStatistics(
            logits,
            tensor(actions, device: hidden.device),
            values,
            values,
            options.MinimumProbability
        );
        if (options.SupportThreshold > 0 && model.Critics.HasBehavior)
        {
            Tensor behavior = model.Critics.Behavior(hidden, model.Kernels, model.Precision);
            tokens = SupportedTokens.Restrict(tokens, logits, behavior, values, values, options, model.Kernels);
        }
        float[] logProbabilities = Numbers(tokens.LogProbability);
        float[] actionValues = Numbers(tokens.MeanActionValue);
        float[] stateValues = Numbers(tokens.MeanStateValue);
        ImmutableArray<TokenReport>[] turns = new ImmutableArray<TokenReport>[layout.TrainedRows.Length];
        for (int row = 0; row < turns.Length; row++)
        {
            ImmutableArray<TokenReport>.Builder reports = ImmutableArray.CreateBuilder<TokenReport>();
            for (int i = layout.Starts[row]; i < layout.Starts[row + 1]; i++)
            {
                reports.Add(
                    new TokenReport(
                        (int)actions[i],
                        MathF.Exp(logProbabilities[i]),
                        actionValues[i],
                        stateValues[i],
                        options.Filter.Weight(actionValues[i] - stateValues[i])
                    )
                );
            }
            turns[row] = reports.ToImmutable();
        }
        return [.. turns];
    }

    private static float[] Numbers(Tensor values) =>
        MemoryMarshal.Cast<byte, float>(values.detach().to(ScalarType.Float32, CPU).contiguous().bytes).ToArray();
}
