using VlmQ.Datasets.Columns;

namespace VlmQ.Datasets.Tests.Columns;

public sealed class GroupMemoryTests
{
    [Fact]
    public void Copies_hold_what_was_copied_whatever_their_lengths()
    {
        GroupMemory memory = new();
        foreach (
            int[] lengths in (int[][])
                [
                    [0, 1, 40_000, 65_536, 30_000, 65_537, 7],
                    [100, 100],
                    [9_000, 70_000, 65_536],
                    [40_000, 40_000],
                ]
        )
        {
            memory.Clear();
            byte[][] strings = [.. lengths.Select(Filled)];
            long toCome = lengths.Sum();

            List<ReadOnlyMemory<byte>> copies = [];
            foreach (byte[] bytes in strings)
            {
                copies.Add(memory.Copy(bytes, toCome));
                toCome -= bytes.Length;
            }

            Assert.Equal(strings, copies.Select(copy => copy.ToArray()));
        }
    }

    [Fact]
    public void A_row_groups_byte_strings_take_little_more_than_their_length()
    {
        const int Length = 500;
        const int Strings = 1_000;
        GroupMemory memory = new();
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < Strings; i++)
        {
            memory.Copy(new byte[Length], (Strings - i) * Length);
        }

        long ofArguments = Strings * (Length + 24L);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before - ofArguments, Strings * Length, Strings * Length * 11 / 10);
    }

    [Fact]
    public void Memory_that_was_given_back_is_used_again()
    {
        GroupMemoryPool pool = new();
        GroupMemory memory = pool.Take();
        int[] column = memory.Take<int>("turn", 100);
        ReadOnlyMemory<byte> old = memory.Copy(Filled(100), 100);
        pool.Return(memory);

        GroupMemory again = pool.Take();
        ReadOnlyMemory<byte> copy = again.Copy(Filled(200), 200);

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
        ReadOnlyMemory<byte> held = pool.Take().Copy(Filled(100), 100);

        pool.Take().Copy(new byte[50_000], 50_000);

        Assert.Equal(Filled(100), held.ToArray());
    }

    private static byte[] Filled(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i + length))];
}
