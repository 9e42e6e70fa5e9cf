using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Models;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Learning.Tests;

public sealed class SupportedTokensTests
{
    [Fact]
    public void Tokens_that_the_data_do_not_show_are_left_out_of_expectations()
    {
        using DisposeScope scope = NewDisposeScope();
        // π = (½, ½): V = ½·4 + ½·0 = 2. μ = (0.09, 0.91): the first token has less than a tenth of the second's share, so V = Q(s,1) = 0.
        Tensor logits = zeros(1, 2);
        Tensor behavior = tensor(new[] { MathF.Log(0.09f), MathF.Log(0.91f) }, [1, 2]);
        Tensor values = tensor(new float[] { 4, 0 }, [1, 1, 2]);
        Tensor actions = zeros(1, dtype: ScalarType.Int64);
        PlainKernels kernels = new();
        TokenStatistics tokens = kernels.TokenStatistics(logits, actions, values, values);
        Assert.Equal(2, tokens.StateValue.ToSingle(), 1e-5);

        TokenStatistics strict = SupportedTokens.Restrict(
            tokens,
            logits,
            behavior,
            values,
            values,
            new AfsftOptions { SupportThreshold = 0.1 },
            kernels
        );
        Assert.Equal(0, strict.StateValue.ToSingle(), 1e-5);
        Assert.Equal(0, strict.MeanStateValue.ToSingle(), 1e-5);

        TokenStatistics loose = SupportedTokens.Restrict(
            tokens,
            logits,
            behavior,
            values,
            values,
            new AfsftOptions { SupportThreshold = 0.05 },
            kernels
        );
        Assert.Equal(2, loose.StateValue.ToSingle(), 1e-5);
        Assert.Equal(2, loose.MeanStateValue.ToSingle(), 1e-5);
    }

    [Fact]
    public void A_model_without_a_behavior_head_is_refused()
    {
        using TinyVlm model = SmallLearners.Model();
        LearnerOptions options = SmallLearners.Options with { Loss = new AfsftOptions { SupportThreshold = 0.1 } };
        Fault fault = Assert.Throws<FaultException>(() => new Learner(model, options)).Fault;
        Assert.Equal(nameof(AfsftOptions.SupportThreshold), fault.Where);
    }
}
