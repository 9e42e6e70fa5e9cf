using VlmQ.Datasets.Columns;

namespace VlmQ.Datasets.Tests.Columns;

public sealed class GroupMemoryTests
{
    [Fact]
    public void Copies_hold_what_was_copied_whatever_their_lengths()
    {
        GroupMemory memory = new();
        byte[][] strings = [.. new[] { 0, 1, 40_000, 65_536, 30_000, 65_537, 7 }.Select(Filled)];

        ReadOnlyMemory<byte>[] copies = Array.ConvertAll(strings, bytes => memory.Copy(bytes));

        for (int i = 0; i < strings.Length; i++)
        {
            Assert.Equal(strings[i], copies[i].ToArray());
        }
    }

    [Fact]
    public void Memory_that_was_given_back_is_used_again()
    {
        GroupMemoryPool pool = new();
        GroupMemory memory = pool.Take();
        int[] column = memory.Take<int>("turn", 100);
        ReadOnlyMemory<byte> old = memory.Copy(Filled(100));
        pool.Return(memory);

        GroupMemory again = pool.Take();
        ReadOnlyMemory<byte> copy = again.Copy(Filled(200));

        Assert.Equal(Filled(200), copy.ToArray());
        Assert.True(old.Span.Overlaps(copy.Span));
        Assert.Same(column, again.Take<int>("turn", 90));
        Assert.InRange(again.Take<int>("turn", 101).Length, 101, 120);
        Assert.Equal(101, again.Take<float>("turn", 90).Length);
    }

    [Fact]
    public void Memory_that_is_held_is_nobody_elses()
    {
        GroupMemoryPool pool = new();
        ReadOnlyMemory<byte> held = pool.Take().Copy(Filled(100));

        pool.Take().Copy(new byte[50_000]);

        Assert.Equal(Filled(100), held.ToArray());
    }

    private static byte[] Filled(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i + length))];
}
