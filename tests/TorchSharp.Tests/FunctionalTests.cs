using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.Tests.Numbers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Tests;

public sealed class FunctionalTests
{
    [Fact]
    public void Linear_and_norms_compute_what_Python_computes()
    {
        using var scope = NewDisposeScope();
        var x = Wave(2, 3, 4);
        Close(
            [0.939602792f, -0.0327683091f, 0.845881701f, 0.470154166f, -0.34818989f],
            F.linear(x, Wave(.5, 5, 4), Wave(.1, 5)).sum([0, 1])
        );
        Close([1.82507133f, 2.02033687f, 0.211841136f, -1.71924126f], F.layer_norm(x, [4], Wave(4) + 1, Wave(4))[1, 2]);
        Close(
            [-1.56276464f, 0.541236043f, 1.12005758f, -0.0985294431f, 1.63059175f, -0.0101501718f, -0.928329468f, -0.692112148f],
            F.group_norm(Wave(1, 4, 2), 2)
        );
        Close([0.221576184f, 0.630921066f, 0.743533969f, 0.740369976f, 0.0455762446f, -0.670652688f], F.normalize(Wave(2, 3)));
    }

    [Fact]
    public void Activations_compute_what_Python_computes()
    {
        using var scope = NewDisposeScope();
        var x = Wave(2, 3, 4);
        Close([0.182100058f, 0.67314142f, 0.832323551f, 0.506806314f], F.gelu(x)[0, 0]);
        Close([0.182097718f, 0.673043966f, 0.832173824f, 0.506757081f], F.gelu(x, GELU.Approximate.tanh)[0, 0]);
        Close([0.169435635f, 0.587998807f, 0.723336816f, 0.447646588f], F.silu(x)[0, 0]);
        Close([0.439041883f, 0.228413194f, 0.158457115f, 0.174087748f], F.softmax(x, -1)[0, 1]);
        Close([-1.70030451f, -0.747759402f, -1.06727064f], F.log_softmax(x, 1)[1, TensorIndex.Colon, 2]);
        Assert.True(F.relu(x).ge(0).all().item<bool>());
    }

    [Fact]
    public void Losses_compute_what_Python_computes()
    {
        using var scope = NewDisposeScope();
        var logits = Wave(2, [4, 5]);
        var classes = tensor([1L, 0, 4, -100]);
        Close([2.57210755f], F.cross_entropy(logits, classes));
        Close([2.51623726f], F.cross_entropy(logits, classes, label_smoothing: .1));
        Close([7.71632242f], F.cross_entropy(logits, classes, reduction: nn.Reduction.Sum));
        Close([1.28242636f, 2.30370498f, 4.13019133f, 0f], F.cross_entropy(logits, classes, reduction: nn.Reduction.None));
        Close([2.63734674f], F.nll_loss(logits.log_softmax(1), tensor([1L, 0, 4, 2])));
        Close([0.0210833717f], F.kl_div(logits.log_softmax(1), (logits * .5).log_softmax(1)));
        var x = Wave(2, 3, 4);
        var y = (x * .5) + .1;
        Close([0.121941932f], F.mse_loss(x, y));
        Close([0.306089878f], F.l1_loss(x, y));
        Close([0.653634727f], F.huber_loss(x * 3, y, delta: .5));
        Close([1.30726945f], F.smooth_l1_loss(x * 3, y, beta: .5));
        Close([0.732474089f], F.binary_cross_entropy_with_logits(x, (x > 0).@float(), pos_weights: tensor(2f)));
    }

    [Fact]
    public void Image_functions_compute_what_Python_computes()
    {
        using var scope = NewDisposeScope();
        var image = Wave(1, 2, 6, 5);
        Close(
            [3.82690406f, 8.85024261f, 10.3103247f],
            F.conv2d(image, Wave(.3, 3, 2, 3, 3), Wave(3), strides: [2, 1], padding: [1, 0]).sum([2, 3])
        );
        Close([0.165248632f, 0.0546916276f, 0.142318368f, -0.0627396107f, 0.0493396372f, -0.149290681f], F.avg_pool2d(image, 2)[0, 1]);
        Close([0.841470957f, 0.991664827f, 0.989358246f, 0.662969232f, 0.986771941f, 0.867644072f], F.max_pool2d(image, 2)[0, 0]);
        Close([0.239841938f, 0.0917325318f, -0.159551412f, 0.156562671f], F.adaptive_avg_pool2d(image, 2)[0, 0]);
        Close(
            [9f, 0.295520216f, 0.841470957f, 9f, 9f, 0.991664827f, 0.6754632f, 9f, 9f, 9f, 9f, 9f],
            F.pad(Wave(1, 1, 2, 2), [1, 1, 0, 1], value: 9)
        );
        Close(
            [0.0415806621f, 0.6754632f, 0.0415806621f, -0.611857891f, 0.0415806621f],
            F.pad(Wave(1, 1, 3, 3), [1, 1, 1, 1], PaddingModes.Reflect)[0, 0, 0]
        );
        Close([0.841470957f, 0.991664827f, 0.0415806621f, -0.611857891f], F.unfold(Wave(1, 1, 3, 3), 2)[0, TensorIndex.Colon, 1]);
        Close([-0.373876661f, 0.662969232f, 0.311541349f, 0.024775425f], F.pixel_shuffle(Wave(1, 4, 2, 2), 2)[0, 0, 1]);
        Assert.True(F.pixel_unshuffle(F.pixel_shuffle(Wave(1, 4, 2, 2), 2), 2).Equals(Wave(1, 4, 2, 2)));
    }

    [Fact]
    public void Interpolation_computes_what_Python_computes()
    {
        using var scope = NewDisposeScope();
        var image = Wave(1, 2, 6, 5);
        Close(
            [
                -0.292439729f,
                -0.202970043f,
                0.0338683054f,
                0.250690192f,
                -0.0922792554f,
                0.178134665f,
                0.311306596f,
                0.213117436f,
                0.250654429f,
                0.283631802f,
                0.107095413f,
                -0.154187858f,
            ],
            F.interpolate(image, size: [3, 4], mode: InterpolationMode.Bicubic, align_corners: false)[0, 0]
        );
        Close(
            [0.0479720756f, -0.104534455f, 0.00297918171f, -0.0032219179f, 0.100007012f, -0.0554999337f],
            F.interpolate(image, size: [3, 2], mode: InterpolationMode.Bilinear, antialias: true)[0, 1]
        );
        Close(
            [
                -0.611857891f,
                -0.611857891f,
                -0.977530122f,
                -0.977530122f,
                -0.88345468f,
                -0.88345468f,
                -0.373876661f,
                -0.373876661f,
                0.311541349f,
                0.311541349f,
            ],
            F.interpolate(image, scale_factor: [2, 2])[0, 0, 3]
        );
        Close(
            [-0.0573644638f, 0.127153128f, 0.048024416f, 0.148513496f, 0.129775852f, 0.0967761949f],
            F.interpolate(image, size: [3, 2], mode: InterpolationMode.Area)[0, 0]
        );
        Assert.Throws<ArgumentException>(() => F.interpolate(image));
        Assert.Throws<ArgumentException>(() => F.interpolate(image, size: [3, 2], mode: InterpolationMode.Trilinear));
    }

    [Fact]
    public void Attention_is_softmax_of_scaled_products()
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Wave(1, 2, 3, 4), Wave(2, [1, 2, 3, 4]), Wave(.5, 1, 2, 3, 4));
        Close([0.376119286f, 0.124212362f, -0.186113581f, -0.408907413f], F.scaled_dot_product_attention(query, key, value)[0, 1, 0]);
        var causal = F.scaled_dot_product_attention(query, key, value, is_casual: true);
        Close([0.334893405f, 0.0400217623f, -0.27367276f, -0.458654702f], causal[0, 1].sum([0]));
        var seen = ones(3, 3, ScalarType.Bool).tril();
        Assert.True(causal.allclose(F.scaled_dot_product_attention(query, key, value, seen)));
        Assert.Throws<ExternalException>(() => F.scaled_dot_product_attention(query, key, value, seen, is_casual: true));
    }

    [Fact]
    public void A_one_hot_row_has_a_single_one()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([0L, 0, 1, 0, 1, 0, 0, 0], F.one_hot(tensor([2L, 0]), 4).data<long>().ToArray());
    }
}
