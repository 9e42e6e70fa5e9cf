using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Randomness;
using VlmQ.Models.Generation;

namespace VlmQ.Models.Tests.Generation;

/// <summary>Choosing among the heaviest tokens equals sorting the whole vocabulary, to the last bit.</summary>
public sealed class TokenSelectionTests
{
    private const int Largest = 51200;

    private static readonly double[] Temperatures = [1, 1, 0.8, 0.1, 1.7, 1e-3, 1e3, 1e9, 1e17];
    private static readonly double[] Shares = [1, 1, 0.95, 0.9, 0.5, 0.25, 0.05, 1e-9, 1 - 1e-15, Math.BitDecrement(1)];

    private static readonly Gen<Decoding.Sampling> Samplings =
        from temperature in Gen.Elements(Temperatures)
        from most in Gen.OneOf(Gen.Elements(0, 1, 2, 50, 300), Gen.Choose(0, 1200))
        from share in Gen.Elements(Shares)
        where most > 0 || share < 1
        select new Decoding.Sampling(temperature, most, share);

    [Fact]
    public void Top_k_and_top_p_choose_what_sorting_chooses() =>
        Prop.ForAll(
                (
                    from length in Gen.OneOf(Gen.Choose(1, 30), Gen.Choose(200, 1100))
                    from logits in Rows(length)
                    from sampling in Samplings
                    from seed in Gen.Choose(0, int.MaxValue)
                    select (logits, sampling, seed)
                ).ToArbitrary(),
                drawn => ChoosesWhatSortingChooses(new TokenSampler(drawn.logits.Length), drawn.logits, drawn.sampling, drawn.seed, 6)
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(4000));

    [Theory]
    [InlineData("normal")]
    [InlineData("ties")]
    [InlineData("ascending")]
    [InlineData("descending")]
    [InlineData("equal")]
    [InlineData("masked")]
    public void So_they_do_with_a_large_vocabulary_and_a_sampler_that_is_used_again(string shape)
    {
        float[] logits = Row(shape, Largest, 7);
        TokenSampler sampler = new(Largest);
        foreach (double temperature in (double[])[1, 0.6, 1e12])
        {
            foreach ((int most, double share) in ((int, double)[])[(50, 1), (0, 0.95), (3000, 0.9), (Largest, 1), (Largest - 1, 1)])
            {
                Decoding.Sampling sampling = new(temperature, most, share);
                Assert.True(ChoosesWhatSortingChooses(sampler, logits, sampling, 3, 2), $"{sampling}");
            }
        }
    }

    [Fact]
    public void A_share_that_ends_exactly_at_a_token_is_cut_where_sorting_cuts_it()
    {
        // There the last bits of the total decide, which depend on the order in which it is added up.
        for (int length = 2; length < 500; length += 7)
        {
            TokenSampler sampler = new(length);
            foreach (string shape in (string[])["normal", "ties", "equal"])
            {
                float[] logits = Row(shape, length, length);
                double[] weights = [.. logits.Select(logit => Math.Exp(logit - (double)logits.Max())).OrderDescending()];
                double total = weights.Sum();
                double held = 0;
                foreach (double weight in weights.Take(20))
                {
                    held += weight;
                    if (held < total)
                    {
                        Assert.True(ChoosesWhatSortingChooses(sampler, logits, new Decoding.Sampling(topP: held / total), length, 0));
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Infinite_logits_are_not_sampled_from(float logit)
    {
        TokenSampler sampler = new(2);
        float[] logits = [float.NegativeInfinity, logit];
        foreach (Decoding.Sampling sampling in (Decoding.Sampling[])[new(), new(topK: 1), new(topP: 0.5)])
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() => sampler.Choose(logits, sampling, 0.5));
            Assert.Contains("the model has diverged", error.Message, StringComparison.Ordinal);
        }
    }

    private static bool ChoosesWhatSortingChooses(TokenSampler sampler, float[] logits, Decoding.Sampling sampling, int seed, int draws)
    {
        RandomKey key = RandomKey.Of(seed, "draws");
        // The last draw is the highest that there is: it ends at the lightest token that is kept.
        return Enumerable
            .Range(0, draws)
            .Select(i => key.DoubleAt((ulong)i))
            .Append(Math.BitDecrement(1))
            .All(uniform => Bits(sampler.Choose(logits, sampling, uniform)) == Bits(SortingSampler.Choose(logits, sampling, uniform)));
    }

    private static (int Token, int LogProbability) Bits((int Token, float LogProbability) choice) =>
        (choice.Token, BitConverter.SingleToInt32Bits(choice.LogProbability));

    private static Gen<float[]> Rows(int length) =>
        from shape in Gen.Elements("normal", "ties", "ascending", "descending", "equal", "masked")
        from seed in Gen.Choose(0, int.MaxValue)
        select Row(shape, length, seed);

    private static float[] Row(string shape, int length, int seed)
    {
        RandomKey key = RandomKey.Of(seed, "logits");
        float[] logits = new float[length];
        for (int i = 0; i < length; i++)
        {
            // A sum of four uniform numbers is bell-shaped enough.
            double bell = Enumerable.Range(0, 4).Sum(j => key.DoubleAt((ulong)((4 * i) + j)) - 0.5);
            logits[i] = shape switch
            {
                "normal" => (float)(bell * 8),
                "ties" => MathF.Round((float)bell * 4),
                "ascending" => i * 1e-3f,
                "descending" => -i * 1e-3f,
                "masked" => bell < 0.8 ? float.NegativeInfinity : (float)bell,
                _ => 0,
            };
        }
        // One token can always be drawn.
        logits[key.IndexAt(ulong.MaxValue, length)] = 2;
        return logits;
    }
}
