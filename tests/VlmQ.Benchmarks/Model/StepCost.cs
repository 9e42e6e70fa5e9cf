using VlmQ.Models;
using VlmQ.Models.Lora;

namespace VlmQ.Benchmarks.Model;

/// <summary>
/// How many operations a step of AFSFT on low-rank adapters takes by its arithmetic: multiply-adds count twice, attention without the
/// causal saving. A frozen layer is passed forward and its gradient backward; one that trains gets a gradient of its own too.
/// </summary>
internal static class StepCost
{
    private const double Forward = 2,
        Backward = 2,
        OfWeights = 2;

    /// <summary>Operations of text model, heads and critics.</summary>
    /// <param name="model">The model, with its adapters.</param>
    /// <param name="lora">Which layers are adapted: those of the text model.</param>
    /// <param name="rank">The adapters' rank.</param>
    /// <param name="turns">The turns.</param>
    /// <param name="length">Positions of a row.</param>
    /// <param name="text">Layers and width of the text model.</param>
    public static double Of(
        VisionLanguageModel model,
        LoraOptions lora,
        int rank,
        RandomTurns turns,
        int length,
        (int Layers, int Width) text
    )
    {
        double positions = (double)turns.Rows * length;
        double answers = (double)turns.Rows * turns.AnswerTokens;
        double linears = 0;
        foreach ((string module, (long outputs, long inputs)) in model.AdaptableLinears)
        {
            if (lora.Matches(module))
            {
                linears += ((Forward + Backward) * outputs * inputs) + ((Forward + Backward + OfWeights) * rank * (outputs + inputs));
            }
        }
        // Scores and their use, each of length² · width.
        double attention = (Forward + (2 * Backward)) * 2 * length * (double)length * text.Width * text.Layers * turns.Rows;
        double head = (Forward + Backward) * text.Width * model.Vocabulary;
        double critic = (double)text.Width * (text.Width + model.Vocabulary);
        double critics = model.Critics.Count * critic * (Forward + Backward + OfWeights + Forward);
        return (positions * linears) + attention + (answers * (head + critics));
    }

    /// <summary>Operations of passing rows through a frozen layer whose input needs no gradient.</summary>
    public static double Frozen((long Out, long In) layer, double rows) => Forward * layer.Out * layer.In * rows;
}
