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
/// MoonDream2, revision 2025-06-21 (github vikhyat/moondream, commit 44146f13): the picture as a whole and in overlapping crops, a text
/// model whose image prefix sees itself in both directions. Parameters have the names of the published file; the region head's are
/// carried along.
/// </summary>
public sealed class MoonDream2June2025 : MoonDream2Model
{
    private const string Vision = "model.vision.";
    private const string Projection = "model.vision.proj_mlp.";
    private const string Region = "model.region.";

    private readonly MoonDream2025Description _description;
    private readonly OverlappingCrops _crops;

    /// <summary>Builds a model whose weights are not yet set, but for the critic heads. Build models outside dispose scopes.</summary>
    /// <param name="description">Its sizes.</param>
    /// <param name="layers">How its layers compute.</param>
    /// <param name="options">How it is trained and run.</param>
    /// <exception cref="VlmQ.Core.Episodes.FaultException">The sizes do not fit together.</exception>
    public MoonDream2June2025(MoonDream2025Description description, LayerOptions layers, MoonDream2Options options)
        : base(
            nameof(MoonDream2June2025),
            description.Sizes,
            description.Tokens.Begin,
            new MoonDream2Parts(description.Sizes, layers, ("ln1", "ln2"), ("attn", "qkv", "proj")),
            layers,
            options,
            imageFirst: true
        )
    {
        MoonDream2Sizes sizes = description.Sizes;
        _description = description;
        _crops = new OverlappingCrops(sizes.ImageSize, sizes.PatchSize, description.OverlapMargin, description.MaximumCrops);
        NamedModules vision = new NamedModules()
            .Add("patch_emb", Parts.Patches)
            .Add("pos_emb", Parts.Positions)
            .Add("blocks", Parts.VisionBlocks)
            .Add("post_ln", Parts.VisionNorm)
            .Add("proj_mlp", Parts.Projection);
        NamedModules text = new NamedModules()
            .Add("wte", Parts.Words)
            .Add("blocks", Parts.TextBlocks)
            .Add("post_ln", Parts.FinalNorm)
            .Add("lm_head", Parts.Head);
        NamedModules model = new NamedModules().Add("vision", vision).Add("text", text);
        if (options.CarriesRegion)
        {
            model.Add("region", RegionWeights.Of(description.Tensors, Region, layers));
        }
        register_module("model", model);
        Complete();
    }

    /// <inheritdoc/>
    public override string Family => MoonDream2025Description.Name;

    private protected override int PrefixLength => _description.PrefixLength;

    private protected override int[] ForbiddenLater => [_description.Tokens.Answer];

    /// <inheritdoc/>
    public override Tensor Combine(Tensor features, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(features);
        using DisposeScope scope = NewDisposeScope();
        return cat([features[0], Pool(features, rows, columns)], -1).MoveToOuterDisposeScope();
    }

    /// <summary>The grid's crops stitched together and pooled to the size of one: <c>[1 + rows·columns, N, e]</c> → <c>[N, e]</c>.</summary>
    public Tensor Pool(Tensor features, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(features);
        using DisposeScope scope = NewDisposeScope();
        int grid = Sizes.Grid;
        Tensor map = Stitch(features.narrow(0, 1, rows * columns).view([rows, columns, grid, grid, Sizes.Vision.Width]));
        Tensor pooled = F.adaptive_avg_pool2d(map.permute(2, 0, 1).unsqueeze(0), grid); // [1, e, grid, grid]
        return pooled.view(Sizes.Vision.Width, Sizes.Patches).t().MoveToOuterDisposeScope();
    }

    internal override PreparedPicture.Views ViewsOf(RgbImage picture)
    {
        (int rows, int columns) = _crops.TilingOf(picture.Width, picture.Height);
        return new PreparedPicture.Views(PixelValues.Of(_crops.Of(picture)), rows, columns);
    }

    private protected override bool IsVisionEncoder(string path) =>
        path.StartsWith(Vision, StringComparison.Ordinal) && !path.StartsWith(Projection, StringComparison.Ordinal);

    private protected override bool IsData(string path) => path.StartsWith(Region, StringComparison.Ordinal);

    // Crops overlap by their margins: on a side with a neighbour the margin is dropped, at the picture's border it is kept.
    private Tensor Stitch(Tensor crops)
    {
        (long rows, long columns, long grid) = (crops.shape[0], crops.shape[1], crops.shape[2]);
        Tensor[] bands = new Tensor[rows];
        for (int row = 0; row < rows; row++)
        {
            (long top, long height) = Kept(row, rows, grid);
            Tensor[] pieces = new Tensor[columns];
            for (int column = 0; column < columns; column++)
            {
                (long left, long width) = Kept(column, columns, grid);
                pieces[column] = crops[row, column].narrow(0, top, height).narrow(1, left, width);
            }
            bands[row] = cat(pieces, 1);
        }
        return cat(bands, 0); // [19·rows + 8, 19·columns + 8, e]
    }

    private (long First, long Length) Kept(long index, long count, long grid)
    {
        long first = index == 0 ? 0 : _description.OverlapMargin;
        long end = index == count - 1 ? grid : grid - _description.OverlapMargin;
        return (first, end - first);
    }
}
