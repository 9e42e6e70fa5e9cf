using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public sealed class ScopeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        Tensor inside;
        Tensor kept;
        using (var scope = NewDisposeScope())
        {
            inside = ones(2);
            kept = scope.MoveToOuter(inside + 1);
            Assert.Equal(1, scope.DisposablesCount);
            Assert.True(scope.Contains(inside));
            Assert.Same(scope, CurrentDisposeScope);
        }

        Assert.Null(CurrentDisposeScope);
        Assert.True(inside.IsInvalid);
        Assert.False(kept.IsInvalid);
        kept.Dispose();
    }

    [Fact]
    public void A_tensor_moves_one_scope_out_at_a_time()
    {
        using var outer = NewDisposeScope();
        Tensor moved;
        Tensor free;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                moved = ones(1).MoveToOuterDisposeScope().MoveToOuterDisposeScope();
                free = ones(1).DetachFromDisposeScope();
            }
        }

        Assert.False(moved.IsInvalid);
        Assert.Equal(1, outer.DisposablesCount);
        var other = ones(1).DetachFromDisposeScope();
        other.MoveToOtherDisposeScope(outer);
        Assert.True(outer.Contains(other));
        outer.Attach(free);
        outer.Dispose();
        Assert.True(moved.IsInvalid && other.IsInvalid && free.IsInvalid);
    }

    [Fact]
    public void A_scope_can_be_emptied_but_for_some()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (ones(1), ones(1), ones(1));
        scope.DisposeEverythingBut(b);
        Assert.True(a.IsInvalid && c.IsInvalid);
        Assert.Equal([b], scope.DisposablesView);
        scope.DisposeEverything();
        Assert.True(b.IsInvalid);
        var (d, e) = scope.MoveToOuter(ones(1), ones(1));
        Assert.Equal(0, scope.DisposablesCount);
        d.Dispose();
        e.Dispose();
    }

    [Fact]
    public void Disposing_by_hand_takes_the_tensor_out_of_its_scope()
    {
        using var scope = NewDisposeScope();
        var tensors = Enumerable.Range(0, 200).Select(_ => ones(1)).ToArray();
        foreach (var tensor in tensors.Where((_, i) => i % 3 == 0))
        {
            tensor.Dispose();
        }

        Assert.Equal(133, scope.DisposablesCount);
        Assert.All(tensors.Where((_, i) => i % 3 != 0), tensor => Assert.False(tensor.IsInvalid));
    }

    [Fact]
    public void A_scope_belongs_to_its_thread()
    {
        using var scope = NewDisposeScope();
        var elsewhere = Numbers.OnAnotherThread(() => ones(1));
        Assert.Equal(0, scope.DisposablesCount);
        elsewhere.Dispose();
    }

    [Fact]
    public void Gradients_and_optimizer_state_outlive_the_scope_they_were_made_in()
    {
        using var weight = new Parameter(ones(2));
        using var optimizer = optim.AdamW([weight], lr: .1);
        for (var i = 0; i < 2; i++)
        {
            using var scope = NewDisposeScope();
            (weight * 2).sum().backward();
            optimizer.step();
        }

        using var grad = weight.grad!;
        Numbers.Close([4, 4], grad);
        Numbers.Close([.8034818f, .8034818f], weight);
    }

    [Fact]
    public void Layers_outlive_the_scope_they_were_made_in_and_parameters_made_by_hand_do_not()
    {
        Linear linear;
        Parameter byHand;
        using (NewDisposeScope())
        {
            linear = nn.Linear(2, 2);
            byHand = new Parameter(ones(1));
        }

        Assert.False(linear.weight.IsInvalid);
        Assert.True(byHand.IsInvalid);
        linear.Dispose();
    }

    [Fact]
    public void A_thread_counts_what_it_made()
    {
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        statistics.Reset();
        using (NewDisposeScope())
        {
            _ = ones(1) + 1;
            Assert.Equal(2, statistics.ThreadTotalLiveCount);
        }

        Assert.Equal((0, 2), (statistics.ThreadTotalLiveCount, statistics.DisposedInScopeCount));
    }
}
