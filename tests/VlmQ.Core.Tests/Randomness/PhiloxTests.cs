using VlmQ.Core.Randomness;

namespace VlmQ.Core.Tests.Randomness;

public class PhiloxTests
{
    /// <summary>Known answers of philox4x32-10, from the authors' Random123 library (kat_vectors).</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0x408f276du,
        0x41c83b0eu,
        0xa20bc7c6u,
        0x6d5451fdu
    )]
    [InlineData(
        0x243f6a88u,
        0x85a308d3u,
        0x13198a2eu,
        0x03707344u,
        0xa4093822u,
        0x299f31d0u,
        0xd16cfe09u,
        0x94fdccebu,
        0x5001e420u,
        0x24126ea1u
    )]
    public void Blocks_equal_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3)
    {
        (ulong low, ulong high) = Philox.Block(k0 | ((ulong)k1 << 32), c0 | ((ulong)c1 << 32), c2 | ((ulong)c3 << 32));
        Assert.Equal(r0 | ((ulong)r1 << 32), low);
        Assert.Equal(r2 | ((ulong)r3 << 32), high);
    }

    [Fact]
    public void Keys_of_different_purposes_and_indices_differ()
    {
        HashSet<ulong> keys = [];
        foreach (string purpose in (string[])["shuffle", "noise", "reset"])
        {
            for (long index = 0; index < 1000; index++)
            {
                Assert.True(keys.Add(RandomKey.Of(7, purpose, index).Value));
            }
        }
    }

    [Fact]
    public void Indices_are_uniform()
    {
        RandomCursor cursor = RandomKey.Of(1, "uniform").Cursor();
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++)
        {
            counts[cursor.NextIndex(6)]++;
        }
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void A_shuffle_keeps_every_element()
    {
        int[] items = [.. Enumerable.Range(0, 1000)];
        RandomKey.Of(3, "shuffle").Cursor().Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 1000), items);
        Assert.Equal(Enumerable.Range(0, 1000), items.Order());
    }
}
