using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.MoonDream2;
using VlmQ.Models.Safetensors;
using VlmQ.Models.XGenMm;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>Builds the model of a description, with weights that are not yet set but for the critics'.</summary>
internal static class ModelBuilder
{
    public static VisionLanguageModel Build(OfficialCheckpoint checkpoint, ModelLoadOptions options) =>
        checkpoint.Description switch
        {
            TinyVlmDescription tiny => new TinyVlm(tiny.Config, 0, options.Kernels, options.Precision),
            MoonDream2024Description moondream => new MoonDream2August2024(moondream, Layers(checkpoint, options), OfMoonDream(options)),
            MoonDream2025Description moondream => new MoonDream2June2025(moondream, Layers(checkpoint, options), OfMoonDream(options)),
            XGenMmDescription xgen => new XGenMmModel(xgen.Sizes, OfXGenMm(options), Layers(checkpoint, options)),
            _ => throw new InvalidOperationException($"No model is built for {checkpoint.Description.Family}."),
        };

    private static LayerOptions Layers(OfficialCheckpoint checkpoint, ModelLoadOptions options) =>
        new(options.Kernels, options.Precision, options.WeightType ?? TypeOf(checkpoint.Dtype));

    private static ScalarType TypeOf(SafetensorsDtype dtype) =>
        dtype switch
        {
            SafetensorsDtype.BF16 => ScalarType.BFloat16,
            SafetensorsDtype.F16 => ScalarType.Float16,
            _ => ScalarType.Float32,
        };

    private static MoonDream2Options OfMoonDream(ModelLoadOptions options) =>
        new()
        {
            Critics = options.Critics,
            Seed = options.Seed,
            ImagePlaceholder = options.ImagePlaceholder,
            TrainsVision = options.TrainsVision,
            Recomputes = options.Recomputes,
        };

    private static XGenMmOptions OfXGenMm(ModelLoadOptions options) =>
        new()
        {
            Critics = options.Critics,
            Seed = options.Seed,
            TrainsVision = options.TrainsVision,
            Recomputes = options.Recomputes,
        };
}
