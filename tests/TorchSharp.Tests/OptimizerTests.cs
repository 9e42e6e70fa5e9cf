using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.Tests.Numbers;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public sealed class OptimizerTests
{
    // Five steps in Python's torch 1.13.1: lr .05, betas (.8, .95), eps 1e-6, weight decay .1, from wave(4), with gradient
    // wave(4, scale=1/(i+1)) - .3 p at step i.
    [Theory]
    [InlineData(true, false, new[] { 0.0976743102f, 0.650959432f, 0.799237072f, 0.486157119f })]
    [InlineData(true, true, new[] { 0.100305788f, 0.654189408f, 0.802402854f, 0.489464015f })]
    [InlineData(false, false, new[] { 0.092816934f, 0.64936924f, 0.80048269f, 0.48188436f })]
    [InlineData(false, true, new[] { 0.0941096023f, 0.652017176f, 0.803206027f, 0.484393716f })]
    public void Adams_steps_are_Pythons(bool decoupled, bool amsgrad, float[] expected)
    {
        using var parameter = new Parameter(Wave(4));
        using optim.Optimizer optimizer = decoupled
            ? optim.AdamW([parameter], .05, .8, .95, 1e-6, .1, amsgrad)
            : optim.Adam([parameter], .05, .8, .95, 1e-6, .1, amsgrad);
        Descend(parameter, optimizer);
        Close(expected, parameter);
    }

    [Theory]
    [InlineData(false, new[] { 0.222587496f, 0.633800685f, 0.746927679f, 0.508762717f })]
    [InlineData(true, new[] { 0.207916528f, 0.592026234f, 0.697696745f, 0.475229591f })]
    public void Gradient_descents_steps_are_Pythons(bool nesterov, float[] expected)
    {
        using var parameter = new Parameter(Wave(4));
        using var optimizer = optim.SGD([parameter], learningRate: .05, momentum: .9, weight_decay: .1, nesterov: nesterov);
        Descend(parameter, optimizer);
        Close(expected, parameter);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(1000, 4)]
    [InlineData(200_000, 2)]
    public void The_fused_pass_is_the_formula_at_any_size(int size, int steps)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(Wave(size));
        using var optimizer = optim.AdamW([parameter], lr: 1e-2, weight_decay: .1);
        var (p, m, v) = (Wave(size).to(ScalarType.Float64), zeros(size, ScalarType.Float64), zeros(size, ScalarType.Float64));
        for (var t = 1; t <= steps; t++)
        {
            var gradient = Wave(1.0 / t, size);
            parameter.grad = gradient;
            optimizer.step();
            var g = gradient.to(ScalarType.Float64);
            p = p * (1 - (1e-2 * .1));
            m = (m * .9) + (g * .1);
            v = (v * .999) + (g * g * .001);
            p = p - (1e-2 * (m / (1 - Math.Pow(.9, t))) / ((v / (1 - Math.Pow(.999, t))).sqrt() + 1e-8));
        }

        Assert.True(parameter.detach().allclose(p.to(ScalarType.Float32), 1e-5, 1e-6));
    }

    [Fact]
    public void The_fused_pass_and_single_operators_agree()
    {
        using var scope = NewDisposeScope();
        var fused = new Parameter(Wave(64));
        var scattered = new Parameter(Wave(128).reshape(64, 2).select(1, 0).copy_(Wave(64)));
        Assert.False(scattered.is_contiguous());
        using var optimizer = optim.AdamW([fused, scattered], lr: .1, weight_decay: .05, maximize: true);
        for (var i = 0; i < 3; i++)
        {
            fused.grad = Wave(.3, 64);
            scattered.grad = Wave(.3, 64);
            optimizer.step();
        }

        Assert.True(fused.allclose(scattered, 1e-6, 1e-7));
    }

    [Fact]
    public void A_step_between_the_forward_and_the_backward_pass_is_noticed()
    {
        using var scope = NewDisposeScope();
        var weight = new Parameter(ones(3));
        using var optimizer = optim.AdamW([weight]);
        weight.grad = ones(3);
        var loss = weight.square().sum();
        optimizer.step();
        Assert.Contains("inplace", Assert.Throws<ExternalException>(() => loss.backward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_without_a_gradient_stay_and_zeroed_ones_still_decay()
    {
        using var scope = NewDisposeScope();
        var (idle, zeroed) = (new Parameter(ones(1)), new Parameter(ones(1)));
        using var optimizer = optim.AdamW([idle, zeroed], lr: .1, weight_decay: .1);
        zeroed.grad = zeros(1);
        optimizer.step();
        Close([1], idle);
        Close([.99f], zeroed);
        using var plain = optim.AdamW([new Parameter(ones(1))]);
        Assert.Equal(1e-3, plain.ParamGroups.Single().LearningRate);
    }

    [Fact]
    public void Groups_have_their_own_options_and_take_the_rest_from_the_optimizer()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (new Parameter(ones(1)), new Parameter(ones(1)));
        using var optimizer = optim.AdamW(
            [
                new AdamW.ParamGroup([a], new AdamW.Options { weight_decay = .5 }),
                new AdamW.ParamGroup([b], new AdamW.Options { LearningRate = .01 }),
            ],
            lr: .1
        );
        a.grad = zeros(1);
        b.grad = zeros(1);
        optimizer.step();
        Close([.95f], a);
        Close([1], b);
        Assert.Equal([.1, .01], optimizer.ParamGroups.Select(group => group.LearningRate));
        Assert.Throws<ArgumentException>(() => optimizer.add_param_group(new AdamW.ParamGroup([a])));
        Assert.Equal([a, b], optimizer.parameters());
    }

    [Fact]
    public void Saved_state_continues_the_run()
    {
        using var scope = NewDisposeScope();
        foreach (
            var make in (Func<Parameter, OptimizerHelper>[])
                [p => optim.AdamW([p], .1, amsgrad: true), p => optim.SGD([p], .1, momentum: .9)]
        )
        {
            var parameter = new Parameter(Wave(4));
            using var optimizer = make(parameter);
            Descend(parameter, optimizer);
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            optimizer.save_state_dict(writer);
            writer.Flush();
            var resumed = new Parameter(parameter.detach().clone());
            using var continued = make(resumed);
            stream.Position = 0;
            using var reader = new BinaryReader(stream);
            continued.load_state_dict(reader);
            Descend(parameter, optimizer);
            Descend(resumed, continued);
            Assert.True(parameter.Equals(resumed));
        }
    }

    [Fact]
    public void Clipping_scales_all_gradients_together()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (new Parameter(Wave(4)), new Parameter(Wave(3)));
        Assert.Equal(0, nn.utils.clip_grad_norm_([a, b], 1));
        a.grad = Wave(3, [4]);
        b.grad = Wave(2, [3]);
        Assert.Equal(5.21830559, nn.utils.clip_grad_norm_([a, b], 1), 1e-5);
        Close([0.169894308f, 0.483760923f, 0.570107222f, 0.388323218f], a.grad!);
        Assert.Equal(1, nn.utils.clip_grad_norm_([a, b], 2), 1e-5);
        Close([0.169894308f, 0.483760923f, 0.570107222f, 0.388323218f], a.grad!);
        a.grad = Wave(3, [4]);
        Assert.Equal(2.97499442, nn.utils.clip_grad_norm_([a, b], 1, double.PositiveInfinity), 1e-5);
        Close([0.298004031f, 0.848543465f, 0.999999642f, 0.681140423f], a.grad!);
        nn.utils.clip_grad_value_([a, b], .5);
        Close([0.298004031f, .5f, .5f, .5f], a.grad!);
    }

    [Fact]
    public void Schedules_start_at_once_and_follow_their_formulas()
    {
        using var parameter = new Parameter(ones(1));
        using var optimizer = optim.SGD([parameter], 0.8);
        double Rate() => optimizer.ParamGroups.Single().LearningRate;
        var lambda = optim.lr_scheduler.LambdaLR(optimizer, step => 1.0 / (step + 1));
        Assert.Equal(.8, Rate());
        lambda.step();
        Assert.Equal(.4, Rate());
        optimizer.ParamGroups.Single().LearningRate = .8;
        var cosine = optim.lr_scheduler.CosineAnnealingLR(optimizer, 4, eta_min: .2);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(.2 + (.6 * (1 + Math.Cos(Math.PI * i / 4)) / 2), Rate(), 1e-12);
            cosine.step();
        }

        Assert.Equal(.2, Rate(), 1e-12);
    }

    private static void Descend(Parameter parameter, optim.Optimizer optimizer)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < 5; i++)
        {
            parameter.grad = Wave(1.0 / (i + 1), 4) - (parameter.detach() * .3);
            optimizer.step();
        }
    }
}
