using System.Globalization;

namespace VlmQ.Tests.Shared;

/// <summary>
/// Holds a reader against damaged input: it accepts it, or refuses it cleanly, within a budget of memory, and it ends. The environment
/// variable VLMQ_FUZZ sets how many mutations are tried; a nightly run takes 100,000. VLMQ_FUZZ_SEED sets the first seed, 0 without it.
/// </summary>
internal static class Fuzz
{
    private const int UsualMutations = 2000;
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    /// <summary>How many mutations a test tries, over all of its originals.</summary>
    public static int Mutations { get; } = Variable("VLMQ_FUZZ") is > 0 and var mutations ? mutations : UsualMutations;

    /// <summary>The seed of the first mutation; the others follow it.</summary>
    public static int FirstSeed { get; } = Variable("VLMQ_FUZZ_SEED");

    /// <summary>Tries seeds from the first one up.</summary>
    /// <param name="originals">Whole inputs; the seeds take turns.</param>
    /// <param name="mutate">Original and seed → damaged input; null for <see cref="Shared.Mutations.Of"/>.</param>
    /// <param name="read">Reads all of an input on the calling thread; throws, or fails, only as it should.</param>
    /// <param name="isClean">Whether an exception is one of the reader's refusals.</param>
    /// <param name="budget">Length of the damaged input → bytes that reading may allocate, over all.</param>
    /// <returns>How many inputs were refused.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<byte[]> originals,
        Action<byte[]> read,
        Func<Exception, bool> isClean,
        Func<int, long> budget,
        Func<byte[], int, byte[]>? mutate = null
    )
    {
        int refused = 0;
        foreach (int seed in Enumerable.Range(FirstSeed, Mutations))
        {
            byte[] original = originals[seed % originals.Count];
            byte[] damaged = mutate is null ? Shared.Mutations.Of(original, seed) : mutate(original, seed);
            refused += await TryAsync(damaged, seed, read, isClean, budget) ? 0 : 1;
        }
        return refused;
    }

    /// <summary>Tries one input; true where it was accepted.</summary>
    public static async Task<bool> TryAsync(
        byte[] input,
        int seed,
        Action<byte[]> read,
        Func<Exception, bool> isClean,
        Func<int, long> budget
    )
    {
        Task<(Exception? Thrown, long Allocated)> reading = Task.Run(() => Watch(input, read));
        try
        {
            await reading.WaitAsync(Hang);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"seed {seed}: reading {input.Length} bytes does not end");
        }
        (Exception? thrown, long allocated) = await reading;
        Assert.True(thrown is null || isClean(thrown), $"seed {seed}: {thrown}");
        Assert.True(
            allocated <= budget(input.Length),
            $"seed {seed}: {allocated} bytes were allocated for {input.Length}, above {budget(input.Length)}"
        );
        return thrown is null;
    }

    private static int Variable(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) && value >= 0 ? value : 0;

    private static (Exception? Thrown, long Allocated) Watch(byte[] input, Action<byte[]> read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? thrown = Record.Exception(() => read(input));
        return (thrown, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
