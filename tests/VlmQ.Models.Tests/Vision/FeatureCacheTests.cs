using TorchSharp;
using VlmQ.Models.Vision;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Vision;

public sealed class FeatureCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vlmq-features-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Memory_holds_what_was_used_last_and_no_more_than_it_may()
    {
        using DisposeScope scope = NewDisposeScope();
        using FeatureCache cache = new(new FeatureCacheOptions { MemoryBytes = 2 * 40 }, () => "tower");

        cache.Add("a", Features(1));
        cache.Add("b", Features(2));
        Assert.NotNull(cache.Find("a"));
        cache.Add("c", Features(3));

        Assert.Null(cache.Find("b"));
        Assert.Equal(1, cache.Find("a")![0].item<float>());
        Assert.Equal(3, cache.Find("c")![0].item<float>());
        Assert.Equal(80, cache.MemoryBytes);
    }

    [Fact]
    public void Features_outlive_the_run_in_a_folder_and_belong_to_one_tower()
    {
        using DisposeScope scope = NewDisposeScope();
        FeatureCacheOptions options = new() { Folder = _folder };
        using (FeatureCache cache = new(options, () => "tower"))
        {
            cache.Add("a", Features(5));
        }

        using FeatureCache same = new(options, () => "tower");
        using FeatureCache other = new(options, () => "another");

        Assert.True(same.Find("a")!.Equals(Features(5)));
        Assert.Null(other.Find("a"));
    }

    [Fact]
    public void A_folder_holds_no_more_than_it_may_and_a_damaged_file_is_a_miss()
    {
        using DisposeScope scope = NewDisposeScope();
        FeatureCacheOptions options = new()
        {
            Folder = _folder,
            MemoryBytes = 0,
            DiskBytes = 400,
        };
        using FeatureCache cache = new(options, () => "tower");
        for (int i = 0; i < 6; i++)
        {
            cache.Add($"{i}", Features(i));
        }

        FileInfo[] files = new DirectoryInfo(_folder).GetFiles();
        Assert.InRange(files.Sum(file => file.Length), 1, 400);
        Assert.NotNull(cache.Find("5"));
        Assert.Equal(0, cache.MemoryBytes);
        File.WriteAllText(Path.Combine(_folder, "5-tower.safetensors"), "damaged");
        Assert.Null(cache.Find("5"));
    }

    [Fact]
    public void A_digest_tells_pictures_of_equal_bytes_and_different_sizes_apart()
    {
        byte[] pixels = new byte[12];

        Assert.Equal(ImageDigest.Of(pixels, 2, 2), ImageDigest.Of(pixels, 2, 2));
        Assert.NotEqual(ImageDigest.Of(pixels, 4, 1), ImageDigest.Of(pixels, 1, 4));
    }

    private static Tensor Features(float value) => full([10], value, dtype: ScalarType.Float32);
}
