using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Imaging;
using VlmQ.Models.Families;
using VlmQ.Models.Layers;
using VlmQ.Models.Vision;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VlmQ.Models.MoonDream2;

/// <summary>
/// MoonDream2, revision 2024-08-26 (github vikhyat/moondream, commit 211cc2fd): the picture as a whole and in up to four squares, a causal
/// text model. Parameters have the names of the published file; those of its region model are carried along.
/// </summary>
public sealed class MoonDream2August2024 : MoonDream2Model
{
    private const string Encoder = "vision_encoder.encoder.model.visual.";
    private const string Region = "region_model.";

    /// <summary>Builds a model whose weights are not yet set, but for the critic heads. Build models outside dispose scopes.</summary>
    /// <param name="description">Its sizes.</param>
    /// <param name="layers">How its layers compute.</param>
    /// <param name="options">How it is trained and run.</param>
    /// <exception cref="VlmQ.Core.Episodes.FaultException">The sizes do not fit together.</exception>
    public MoonDream2August2024(MoonDream2024Description description, LayerOptions layers, MoonDream2Options options)
        : base(
            nameof(MoonDream2August2024),
            description.Sizes,
            description.EndTokenId,
            new MoonDream2Parts(description.Sizes, layers, ("norm1", "norm2"), ("mixer", "Wqkv", "out_proj")),
            layers,
            options,
            imageFirst: false
        )
    {
        MoonDream2Sizes sizes = description.Sizes;
        NamedModules visual = new NamedModules()
            .Add("patch_embed", new NamedModules().Add("linear", Parts.Patches))
            .Add("pos_embed", Parts.Positions)
            .Add("blocks", Parts.VisionBlocks)
            .Add("norm", Parts.VisionNorm);
        register_module(
            "vision_encoder",
            new NamedModules()
                .Add("encoder", new NamedModules().Add("model", new NamedModules().Add("visual", visual)))
                .Add("projection", new NamedModules().Add("mlp", Parts.Projection))
        );
        NamedModules transformer = new NamedModules()
            .Add("embd", new NamedModules().Add("wte", new NamedModules().Add("weight", Parts.Words)))
            .Add("h", Parts.TextBlocks);
        register_module(
            "text_model",
            new NamedModules()
                .Add("transformer", transformer)
                .Add("lm_head", new NamedModules().Add("ln", Parts.FinalNorm).Add("linear", Parts.Head))
        );
        if (options.CarriesRegion)
        {
            register_module("region_model", RegionWeights.Of(description.Tensors, Region, layers));
        }
        Complete();
    }

    /// <inheritdoc/>
    public override string Family => MoonDream2024Description.Name;

    private protected override int PrefixLength => 0;

    /// <inheritdoc/>
    public override Tensor Combine(Tensor features, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(features);
        using DisposeScope scope = NewDisposeScope();
        Tensor whole = features[0]; // [N, e]
        if (rows * columns == 0)
        {
            return cat([whole, whole], -1).MoveToOuterDisposeScope();
        }
        int grid = Sizes.Grid;
        Tensor map = features
            .narrow(0, 1, rows * columns)
            .view([rows, columns, grid, grid, Sizes.Vision.Width])
            .permute(4, 0, 2, 1, 3) // [e, rows, grid, columns, grid]
            .reshape(1, Sizes.Vision.Width, rows * grid, columns * grid);
        Tensor local = Shrink(map, grid).view(Sizes.Vision.Width, Sizes.Patches).t(); // [N, e]
        return cat([whole, local], -1).MoveToOuterDisposeScope();
    }

    internal override PreparedPicture.Views ViewsOf(RgbImage picture)
    {
        using DisposeScope scope = NewDisposeScope();
        int view = Sizes.ImageSize;
        RgbImage resized = ResizedViews.Resize(picture, view);
        Tensor whole = Shrink(PixelValues.Of([resized]), view); // [1, 3, view, view]
        IReadOnlyList<RgbImage> squares = ResizedViews.Squares(resized, view);
        return squares.Count == 0
            ? new PreparedPicture.Views(whole.MoveToOuterDisposeScope(), 0, 0)
            : new PreparedPicture.Views(
                cat([whole, PixelValues.Of(squares)]).MoveToOuterDisposeScope(),
                resized.Height / view,
                resized.Width / view
            );
    }

    private protected override bool IsVisionEncoder(string path) => path.StartsWith(Encoder, StringComparison.Ordinal);

    private protected override bool IsData(string path) => path.StartsWith(Region, StringComparison.Ordinal);

    // Bilinear with half-pixel centres and without antialiasing: from twice the side, the mean of neighbours.
    private static Tensor Shrink(Tensor map, int side) =>
        F.interpolate(map, size: [side, side], mode: InterpolationMode.Bilinear, align_corners: false);
}
