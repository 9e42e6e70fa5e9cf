using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests;

public sealed class TinyVlmTests
{
    [Fact]
    public void A_row_gives_the_same_states_alone_and_beside_rows_of_other_lengths()
    {
        using TinyVlm model = TinyModels.New();
        TurnBatch batch = TinyModels.Turns(
            ([TinyModels.Placeholder, 4, 5, 6], [7, 8, 9, 2]),
            ([4, TinyModels.Placeholder, 5], [10, 2]),
            ([TinyModels.Placeholder, 9, 9, 9, 9, 9], [11]),
            ([TinyModels.Placeholder, 9, 8], [])
        );
        using Tensor together = Hidden(model, batch, [0, 1, 2, 3]);
        Assert.Equal([4 + 2 + 1 + 1, 16], together.shape);
        using Tensor apart = cat([.. Enumerable.Range(0, 4).Select(row => Hidden(model, batch, [row]))]);
        Assert.True(together.allclose(apart, 1e-4, 1e-5));
    }

    [Fact]
    public void A_state_depends_on_what_came_before_it_and_on_nothing_after()
    {
        using TinyVlm model = TinyModels.New();
        using Tensor one = Hidden(model, TinyModels.Turns(([3, 4, 5], [7, 8, 9])), [0]);
        using Tensor other = Hidden(model, TinyModels.Turns(([3, 4, 5], [7, 10, 9])), [0]);
        Assert.True(one[..2].allclose(other[..2]));
        Assert.False(one[2].allclose(other[2], 1e-3, 1e-3));
    }

    [Fact]
    public void The_place_of_the_placeholder_in_the_prompt_does_not_matter()
    {
        using TinyVlm model = TinyModels.New();
        using Tensor front = Hidden(model, TinyModels.Turns(([3, 4, 5], [7])), [0]);
        using Tensor back = Hidden(model, TinyModels.Turns(([4, 5, 3], [7])), [0]);
        Assert.True(front.allclose(back));
    }

    [Fact]
    public void The_picture_is_seen()
    {
        using TinyVlm model = TinyModels.New();
        TurnBatch batch = TinyModels.Turns(([3, 4, 5], [7]));
        using Tensor one = Hidden(model, batch, [0]);
        batch.Images.AsSpan().Reverse();
        using Tensor other = Hidden(model, batch, [0]);
        Assert.False(one.allclose(other, 1e-3, 1e-3));
    }

    [Fact]
    public void Critics_start_at_the_initial_value_and_targets_equal()
    {
        using TinyVlm model = TinyModels.New();
        using Tensor hidden = Hidden(model, TinyModels.Turns(([3, 4, 5], [7, 8])), [0]);
        using Tensor online = model.Critics.Online(hidden, model.Kernels, model.Precision);
        using Tensor target = model.Critics.Target(hidden, model.Kernels, model.Precision);
        Assert.Equal([2, 2, 24], online.shape);
        Assert.True(online.allclose(full_like(online, -3)));
        Assert.True(online.allclose(target));
    }

    [Fact]
    public void Classifying_critics_start_at_the_initial_value_too()
    {
        using TinyVlm model = TinyModels.New(config: TinyModels.Config with { CriticSupport = new CriticSupport(-6, 2, 33) });
        using Tensor hidden = Hidden(model, TinyModels.Turns(([3, 4, 5], [7, 8])), [0]);
        using Tensor outputs = model.Critics.Online(hidden, model.Kernels, model.Precision);
        using Tensor values = model.Critics.Values(outputs);
        Assert.Equal([2, 2, 24], values.shape);
        Assert.True(values.allclose(full_like(values, -3), 1e-4, 1e-4));
    }

    [Fact]
    public void Targets_follow_the_critics_at_the_given_rate_and_are_not_trained()
    {
        using TinyVlm model = TinyModels.New(config: TinyModels.Config with { InitialValue = null });
        Dictionary<string, Parameter> byName = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        Parameter online = byName["critics.online.1.outer.weight"];
        Parameter target = byName["critics.target.1.outer.weight"];
        using Tensor before = target.detach().clone();
        using (no_grad())
        {
            online.add_(1);
        }
        model.Critics.UpdateTargets(model.Kernels, 0.25);
        Assert.True(target.allclose(before + 0.25, 1e-5, 1e-6));
        Assert.DoesNotContain(model.TrainableParameters(), pair => pair.Name.Contains("target", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_gives_others()
    {
        using TinyVlm one = TinyModels.New(5);
        using TinyVlm same = TinyModels.New(5);
        using TinyVlm other = TinyModels.New(6);
        Assert.True(Weight(one).allclose(Weight(same), 0, 0));
        Assert.False(Weight(one).allclose(Weight(other)));

        static Tensor Weight(TinyVlm model) => model.named_parameters().Single(pair => pair.name == "blocks.1.qkv.weight").parameter;
    }

    [Fact]
    public void An_id_outside_the_vocabulary_is_a_fault()
    {
        using TinyVlm model = TinyModels.New();
        Fault fault = Assert.Throws<FaultException>(() => Hidden(model, TinyModels.Turns(([3, 4, 24], [7])), [0])).Fault;
        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.Contains("24", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_too_long_for_the_model_is_a_fault()
    {
        using TinyVlm model = TinyModels.New();
        int[] prompt = [3, .. Enumerable.Repeat(4, 25)];
        Assert.Contains(
            "25",
            Assert.Throws<FaultException>(() => Hidden(model, TinyModels.Turns((prompt, [7])), [0])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Sizes_that_do_not_fit_together_are_a_fault() =>
        Assert.Equal(
            FaultKind.Configuration,
            Assert.Throws<FaultException>(() => TinyModels.New(config: TinyModels.Config with { Heads = 3 })).Fault.Kind
        );

    [Fact]
    public void Every_named_size_builds()
    {
        foreach (string name in TinyVlmConfig.Presets)
        {
            using TinyVlm model = TinyModels.New(config: TinyVlmConfig.Preset(name, 24, 3).OrThrow());
            Assert.NotEmpty(model.TrainableParameters());
        }
        Assert.IsType<Result<TinyVlmConfig>.Failed>(TinyVlmConfig.Preset("XXL", 24, 3));
    }

    [Fact]
    public void Patches_are_cut_row_by_row_with_channels_last()
    {
        // A 4×4 picture whose bytes count up, cut into four 2×2 patches: patch 1 starts at pixel 2 of row 0.
        byte[] image = [.. Enumerable.Range(0, 48).Select(value => (byte)value)];
        using Tensor patches = Patches.Cut(image, [0], 4, 2);
        Assert.Equal([1, 4, 12], patches.shape);
        byte[] second = [6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23];
        Assert.Equal(second.Select(value => (value / 255f) - 0.5f), patches[0, 1].data<float>().ToArray());
    }

    private static Tensor Hidden(TinyVlm model, TurnBatch batch, int[] rows)
    {
        using TurnInput input = model.Prepare(batch, rows);
        using IDisposable noGradient = no_grad();
        return model.Hidden(input);
    }
}
