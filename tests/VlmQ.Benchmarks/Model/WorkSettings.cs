using VlmQ.Core.Episodes;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Model;

/// <summary>What is measured, and where.</summary>
/// <param name="Family">Which model.</param>
/// <param name="Kernels">How our side computes.</param>
/// <param name="IsFull">The published sizes in bfloat16, in place of the small ones in float32.</param>
/// <param name="Adapts">A step of AFSFT on low-rank adapters and critics, in place of forward and backward of everything.</param>
/// <param name="Device">Where.</param>
/// <param name="Models">A folder with a small model in a folder of each family's name, in place of made-up ones; null for those.</param>
internal sealed record WorkSettings(string Family, IKernels Kernels, bool IsFull, bool Adapts, Device Device, string? Models = null)
{
    /// <summary>Positions of a row at the published sizes, image embeddings counted.</summary>
    public const int FullLength = 1024;

    /// <summary>The folder of the model whose weights are taken; null for random ones.</summary>
    public string? Folder => Models is null ? null : Path.Combine(Models, Family);

    /// <summary>How layers compute.</summary>
    public LayerOptions Layers => IsFull ? new LayerOptions(Kernels, Precision.BFloat16, ScalarType.BFloat16) : new LayerOptions(Kernels);

    /// <summary>What the model is: as its folder describes it, or made up.</summary>
    /// <exception cref="FaultException">The folder does not describe a model of the family.</exception>
    public TDescription Described<TDescription>(Func<TDescription> madeUp)
        where TDescription : ModelDescription =>
        Folder is null ? madeUp()
        : ModelFamilies.Read(Folder).OrThrow() is TDescription given ? given
        : throw new FaultException(Fault.Data($"holds no model of the family {Family}", Folder));

    /// <summary>Turns at the published sizes: 8 rows of 1,024 positions, 32 of which are answered.</summary>
    /// <param name="imagePositions">Embeddings of a picture, and what stands before them.</param>
    /// <param name="width">Pixels in a row of a picture.</param>
    /// <param name="height">Rows of a picture.</param>
    public static RandomTurns FullTurns(int imagePositions, int width, int height)
    {
        const int Answer = 32;
        return new RandomTurns(8, FullLength - imagePositions - (Answer - 1), Answer, width, height);
    }
}
