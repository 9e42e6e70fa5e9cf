using TorchSharp;
using static TorchSharp.Tests.Numbers;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

/// <summary>The numbers are those of Python's torch 1.13.1 with the same seeds and the same order of calls.</summary>
public sealed class RandomTests
{
    [Fact]
    public void A_generators_stream_is_Pythons()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        Close([-0.146795094f, 0.786141276f, 0.94682163f, -1.114344f, 1.69079018f], randn(5, generator: generator));
        Close([0.286839008f, 0.206319392f, 0.445090175f], rand(3, generator: generator));
        Assert.Equal([4L, 2, 1, 3, 0, 5], randperm(6, generator: generator).data<long>().ToArray());
        Assert.Equal([0L, 0, 1, 0, 1, 3], multinomial(tensor([.1f, .2f, .3f, .4f]), 6, true, generator).data<long>().ToArray());
        Assert.Equal([16L, 63, 5, 76], randint(0, 100, [4L], generator: generator).data<long>().ToArray());
    }

    [Fact]
    public void The_global_stream_and_the_layers_first_values_are_Pythons()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        Close([0.737629473f, 1.94592917f, -0.699541628f], randn(3));
        var linear = nn.Linear(3, 2);
        Close([0.0832800418f, 0.49056232f, -0.266345799f, 0.3261531f, -0.263401508f, -0.0424562581f], linear.weight);
        Close([0.308456123f, 0.0028012672f], linear.bias!);
        Close([-1.30229735f, 0.450417787f, -0.956833422f, 1.50118792f, -0.313573658f, -0.234284386f], nn.Embedding(3, 2).weight);
        var conv = nn.Conv2d(1, 1, 2);
        Close([-0.237826109f, 0.130070746f, 0.377507865f, -0.337378025f], conv.weight);
        Close([-0.256195545f], conv.bias!);
        var t = empty(2, 3);
        Close([-0.208711967f, 0.599445164f, -0.71527642f, 1.16317177f, -0.430828035f, -0.0938495696f], nn.init.trunc_normal_(t, std: .5));
        Close([-0.135367781f, -0.440862924f, 0.761018395f, -0.0471242331f, -0.671411812f, -0.604968488f], nn.init.xavier_uniform_(t));
        Close(
            [0.0737769604f, 0.129895836f, -0.315924883f, 0.0984663218f, -0.363632649f, -0.00923067145f],
            nn.init.kaiming_uniform_(t, a: Math.Sqrt(5))
        );
        Close([-1.14261842f, 0.673425972f, -2.90347552f], empty(3).normal_(1, 2));
        Close([0.35039413f, -0.495077252f, 0.0543136597f], empty(3).uniform_(-1, 1));
        Close([0.49019599f, 0.50179112f, 0.540870547f], empty(3).exponential_(2));
        Close([0, 0, 1, 0, 1, 0, 0, 1], full(8L, .5).bernoulli());
        Close([0, 2, 2, 2, 2, 0, 2, 2], nn.functional.dropout(ones(8), .5));
        Assert.Equal([2L, 4, 0, 1, 7, 6, 5, 3], randperm(8).data<long>().ToArray());
        Close([-2.96099854f, 0.44980073f, -0.550595939f, -0.82031548f], randn(20)[..4]);
    }

    [Fact]
    public void A_saved_state_replays_the_stream()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var state = get_rng_state();
        var first = randn(4);
        set_rng_state(state);
        Assert.True(first.Equals(randn(4)));

        using var generator = new Generator(3);
        var saved = generator.get_state();
        var drawn = rand(4, generator: generator);
        generator.set_state(saved);
        Assert.True(drawn.Equals(rand(4, generator: generator)));
        Assert.Equal(3, generator.initial_seed());
        Assert.True(generator.manual_seed(3).get_state().Equals(saved));
    }
}
