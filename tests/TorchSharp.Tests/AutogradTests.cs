using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.Tests.Numbers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Tests;

public sealed class AutogradTests
{
    [Fact]
    public void Gradients_are_Pythons()
    {
        using var scope = NewDisposeScope();
        var weight = Wave(.5, 5, 4).requires_grad_();
        var x = Wave(2, 3, 4).requires_grad_();
        var hidden = F.layer_norm(F.gelu(F.linear(x, weight, Wave(.1, 5))), [5]);
        var loss = F.cross_entropy(hidden.reshape(-1, 5), tensor([0L, 1, 2, 3, 4, 0]));
        loss.backward();
        Close([0.919849098f], loss);
        Close([-0.0331165791f, 0.0256293546f, 0.0723214149f, 0.0849995762f], weight.grad![2]);
        Close([0.0504396111f, 0.0766159743f, 0.066758655f, 0.0255037025f], x.grad![1, 1]);
        Assert.Throws<ExternalException>(() => loss.backward());
    }

    [Fact]
    public void Intermediates_may_be_disposed_before_the_backward_pass()
    {
        using var x = ones([3], requires_grad: true);
        Tensor loss;
        using (var doubled = x * 2)
        using (var squared = doubled.square())
        {
            loss = squared.sum();
        }

        loss.backward();
        loss.Dispose();
        using var grad = x.grad!;
        Close([8, 8, 8], grad);
    }

    [Fact]
    public void Second_derivatives_come_through_create_graph()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0, requires_grad: true);
        var first = autograd.grad([x.pow(3)], [x], create_graph: true)[0];
        Assert.Equal(27, first.item<double>());
        Assert.Equal(18, autograd.grad([first], [x])[0].item<double>());
        Assert.Null(x.grad);
        var unused = tensor(1.0, requires_grad: true);
        Assert.Null(autograd.grad([x * 2], [unused], allow_unused: true)[0]);
        Assert.Throws<ExternalException>(() => autograd.grad([x * 2], [unused]));
    }

    [Fact]
    public void Seeds_and_chosen_inputs_steer_the_backward_pass()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (ones([2], requires_grad: true), ones([2], requires_grad: true));
        (a * b).backward([tensor([1f, 5])], inputs: [a]);
        Close([1, 5], a.grad!);
        Assert.Null(b.grad);
        a.grad = tensor([2f, 2]);
        Close([2, 2], a.grad!);
        a.grad = null;
        Assert.Null(a.grad);
    }

    [Fact]
    public void Gradient_mode_belongs_to_the_thread_and_ends_with_its_scope()
    {
        using var x = ones([1], requires_grad: true);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            using var y = x * 2;
            Assert.False(y.requires_grad);
            Assert.True(OnAnotherThread(is_grad_enabled));
            using (enable_grad())
            {
                Assert.True(is_grad_enabled());
            }

            Assert.False(is_grad_enabled());
        }

        using (inference_mode())
        {
            using var y = x * 2;
            Assert.False(y.requires_grad);
        }

        Assert.True(is_grad_enabled());
        using (set_grad_enabled(false))
        {
            Assert.False(is_grad_enabled());
        }
    }

    [Fact]
    public void A_leaf_that_needs_a_gradient_may_not_change_in_place()
    {
        using var x = ones([1], requires_grad: true);
        Assert.True(x.is_leaf);
        Assert.Throws<ExternalException>(() => x.add_(1));
        using var free = x.detach();
        Assert.False(free.requires_grad);
    }
}
