using VlmQ.Datasets.Columns;

namespace VlmQ.Datasets.Tests.Columns;

public sealed class BlockMemoryTests
{
    [Fact]
    public void Copies_hold_what_was_copied_whatever_their_lengths()
    {
        BlockMemory memory = new(new BlockPool());
        byte[][] strings = [.. new[] { 0, 1, 40_000, BlockPool.BlockBytes, 30_000, BlockPool.BlockBytes + 1, 7 }.Select(Filled)];

        ReadOnlyMemory<byte>[] copies = Array.ConvertAll(strings, bytes => memory.Copy(bytes));

        for (int i = 0; i < strings.Length; i++)
        {
            Assert.Equal(strings[i], copies[i].ToArray());
        }
    }

    [Fact]
    public void Blocks_that_were_given_back_are_used_again()
    {
        BlockPool pool = new();
        BlockMemory first = new(pool);
        ReadOnlyMemory<byte> old = first.Copy(Filled(100));
        first.Dispose();

        ReadOnlyMemory<byte> copy = new BlockMemory(pool).Copy(Filled(200));

        Assert.Equal(Filled(200), copy.ToArray());
        Assert.True(old.Span.Overlaps(copy.Span));
    }

    [Fact]
    public void Memory_that_is_still_held_is_nobody_elses()
    {
        BlockPool pool = new();
        ReadOnlyMemory<byte> held = new BlockMemory(pool).Copy(Filled(100));

        new BlockMemory(pool).Copy(new byte[50_000]);

        Assert.Equal(Filled(100), held.ToArray());
    }

    private static byte[] Filled(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i + length))];
}
