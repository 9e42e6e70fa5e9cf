using System.Buffers;
using TorchSharp;
using VlmQ.Models.Devices;
using VlmQ.Models.Families;
using VlmQ.Models.Vision;
using static TorchSharp.torch;

namespace VlmQ.Models.XGenMm;

/// <summary>
/// Makes the pictures of one batch ready: each distinct one is cut into its views once, and where the vision tower is frozen, looked at
/// once in all.
/// </summary>
/// <param name="sizes">The model's sizes.</param>
/// <param name="device">Where the model lies.</param>
/// <param name="features">Keeps what the tower made of pictures.</param>
/// <param name="tower">The frozen tower, <c>[V, P, 3·side²]</c> → <c>[V, P, D]</c>; null where it trains.</param>
internal sealed class PictureReader(XGenMmSizes sizes, Device device, FeatureCache features, Func<Tensor, Tensor>? tower)
{
    private readonly Dictionary<string, int> _byDigest = new(StringComparer.Ordinal);
    private readonly List<XGenMmPicture> _pictures = [];
    private ImageViews? _views;

    /// <summary>The distinct pictures so far.</summary>
    public IReadOnlyList<XGenMmPicture> Pictures => _pictures;

    /// <summary>Adds a picture unless it is there, and gives its number.</summary>
    /// <param name="pixels">8-bit RGB, <c>[height, width, 3]</c>.</param>
    /// <param name="layout">Its views.</param>
    public int Add(ReadOnlySpan<byte> pixels, ViewLayout layout)
    {
        string digest = ImageDigest.Of(pixels, layout.ImageWidth, layout.ImageHeight);
        if (!_byDigest.TryGetValue(digest, out int number))
        {
            number = _byDigest[digest] = _pictures.Count;
            _pictures.Add(Read(digest, pixels, layout));
        }
        return number;
    }

    private XGenMmPicture Read(string digest, ReadOnlySpan<byte> pixels, ViewLayout layout)
    {
        if (tower is null)
        {
            return new XGenMmPicture.Patches(layout, Patches(pixels, layout));
        }
        if (features.Find(digest) is { } kept)
        {
            return new XGenMmPicture.Features(layout, HostCopy.To(kept, device));
        }
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor seen = tower(Patches(pixels, layout));
        features.Add(digest, seen.cpu());
        return new XGenMmPicture.Features(layout, seen.DetachFromDisposeScope());
    }

    private Tensor Patches(ReadOnlySpan<byte> pixels, ViewLayout layout)
    {
        // The pictures of a batch are mostly of one size.
        _views = _views is { } same && same.Layout == layout ? same : new ImageViews(layout);
        int length = layout.Views * layout.ViewSize * layout.ViewSize * 3;
        byte[] views = ArrayPool<byte>.Shared.Rent(length);
        _views.Cut(pixels, views.AsSpan(0, length));
        Tensor patches = ImageViews.Patches(views.AsSpan(0, length), sizes.ImageSize, sizes.PatchSize);
        ArrayPool<byte>.Shared.Return(views);
        return HostCopy.To(patches, device);
    }
}
