using System.Runtime.InteropServices;
using TorchSharp;
using VlmQ.Tests.Shared.Tensors;
using static TorchSharp.Tests.Numbers;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public sealed class TensorTests
{
    [Fact]
    public void A_literal_decides_the_element_type()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float64, tensor(1.5).dtype);
        Assert.Equal(ScalarType.Float32, tensor(1.5f).dtype);
        Assert.Equal(ScalarType.Int32, tensor(3).dtype);
        Assert.Equal(ScalarType.Int64, tensor(3L).dtype);
        Assert.Equal(ScalarType.Int64, arange(5).dtype);
        Assert.Equal(ScalarType.Float32, arange(0, 1, 0.25).dtype);
        Assert.Equal(ScalarType.Int64, randint(5, [2L]).dtype);
        Assert.Equal(ScalarType.Int64, randperm(3).dtype);
        Assert.Equal(ScalarType.Float32, (tensor(3) / 2).dtype);
        Assert.Equal(ScalarType.Int64, tensor([true, false]).sum().dtype);
        Assert.Equal(ScalarType.Int64, tensor([1f, 2]).argmax().dtype);
        Assert.Equal(ScalarType.BFloat16, zeros([2, 3, 4], ScalarType.BFloat16).dtype);
    }

    [Fact]
    public void Tensors_from_arrays_copy_and_tensors_over_arrays_alias()
    {
        using var scope = NewDisposeScope();
        float[] values = [1, 2, 3, 4];
        var copy = tensor(values, [2, 2]);
        var alias = from_array(values);
        var buffer = frombuffer(values, ScalarType.Float32, count: 2, offset: 1);
        values[1] = 9;
        Assert.Equal(2, copy[0, 1].item<float>());
        Assert.Equal(9, alias[1].item<float>());
        Assert.Equal([9f, 3f], buffer.data<float>().ToArray());
        Assert.Equal(
            [2L, 3L],
            tensor(
                new int[,]
                {
                    { 1, 2, 3 },
                    { 4, 5, 6 },
                }
            ).shape
        );
        Assert.Equal([1f, 2f], tensor(values[..1].Append(2f).ToArray()).data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => tensor(values, [3, 2]));
        Assert.Equal([3L], tensor(values, [3]).shape);
    }

    [Fact]
    public void An_array_stays_in_place_until_no_tensor_needs_it()
    {
        var array = GC.AllocateUninitializedArray<float>(1000);
        Array.Fill(array, 1);
        using var whole = from_array(array);
        using (var scope = NewDisposeScope())
        {
            GC.Collect();
            Assert.Equal(1000, whole.sum().item<float>());
        }

        array[0] = 5;
        Assert.Equal(5, whole[0].item<float>());
    }

    [Fact]
    public void Bytes_are_the_memory_itself()
    {
        using var scope = NewDisposeScope();
        var t = zeros(2, 2);
        MemoryMarshal.Cast<byte, float>(t.bytes)[3] = 7;
        Assert.Equal(7, t[1, 1].item<float>());
        Assert.Equal(16, t.bytes.Length);
        Assert.Throws<InvalidOperationException>(() => ones(2, 3).t().bytes.Length);
    }

    [Fact]
    public void Data_follows_strides()
    {
        using var scope = NewDisposeScope();
        var t = tensor([1f, 2, 3, 4, 5, 6], [2, 3]).t();
        Assert.Equal([1f, 4, 2, 5, 3, 6], t.data<float>().ToArray());
        Assert.Equal(5, t.data<float>()[1, 1]);
        t.data<float>()[2, 0] = 30;
        Assert.Equal(30, t[2, 0].item<float>());
        t.data<float>().CopyFrom([0f, 0, 0, 0, 0, 9]);
        Assert.Equal(9, t[2, 1].item<float>());
        Assert.Equal(
            new float[,]
            {
                { 0, 0 },
                { 0, 0 },
                { 0, 9 },
            },
            t.data<float>().ToNDArray()
        );
    }

    [Fact]
    public void Elements_are_read_as_their_exact_type_only()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => tensor(3).item<long>());
        Assert.Throws<ArgumentException>(() => tensor([1f, 2]).item<float>());
        Assert.Throws<ArgumentException>(() => tensor(3).data<float>());
        Assert.Throws<ArgumentException>(() => zeros([1], ScalarType.BFloat16).data<float>());
        Assert.Equal(5, tensor(5.7f).ToInt32());
        Assert.Equal(1.5f, tensor(1.5f).to(ScalarType.BFloat16).ToSingle());
        Assert.True(tensor(2).ToBoolean());
        Assert.Equal(1.5, (double)tensor(1.5));
    }

    [Fact]
    public void A_conversion_that_needs_no_copy_shares_the_storage_in_a_new_wrapper()
    {
        using var scope = NewDisposeScope();
        var t = ones(2);
        foreach (var same in (Tensor[])[t.to(ScalarType.Float32), t.cpu(), t.contiguous(), t.to(CPU), t.alias()])
        {
            Assert.NotSame(t, same);
            same.add_(1);
            same.Dispose();
        }

        Assert.Equal(6, t[0].item<float>());
        var copy = t.to(ScalarType.Float32, copy: true);
        copy.zero_();
        Assert.Equal(6, t[0].item<float>());
        Assert.False(t.IsInvalid);
        t.to(ScalarType.Float64, disposeAfter: true);
        Assert.True(t.IsInvalid);
    }

    [Fact]
    public void A_disposed_tensor_cannot_be_used()
    {
        var t = ones(2);
        t.Dispose();
        t.Dispose();
        Assert.True(t.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => t.shape);
        Assert.Throws<InvalidOperationException>(() => t + 1);
    }

    [Fact]
    public void What_libtorch_refuses_is_an_ExternalException_with_its_message()
    {
        using var scope = NewDisposeScope();
        var a = ones(2, 3);
        Assert.Contains("shape", Assert.Throws<ExternalException>(() => a.reshape(4)).Message, StringComparison.Ordinal);
        Assert.Throws<ExternalException>(() => a + ones(4));
        Assert.Throws<ExternalException>(() => a.mm(a));
        Assert.Throws<ExternalException>(() => a.matmul(a));
        Assert.Throws<ExternalException>(() => a.matmul(ones([3, 2], ScalarType.Float64)));
        Assert.Throws<ExternalException>(() => a.gather(1, tensor([9L], [1, 1])));
        Assert.Throws<ExternalException>(() => a[5]);
        Assert.Throws<ExternalException>(() => cat([a, ones(3, 3, 3)]));
        Assert.Throws<ExternalException>(() => a.topk(7));
        Assert.Throws<ExternalException>(() => nn.functional.conv2d(a, a));
        Assert.Throws<ExternalException>(() => a.pin_memory());
    }

    [Fact]
    public void Without_CUDA_the_probes_say_so_and_moves_fail()
    {
        if (cuda.is_available())
        {
            Assert.True(cuda.device_count() > 0);
            return;
        }

        using var t = ones(2);
        Assert.Equal(0, cuda.device_count());
        Assert.False(TryInitializeDeviceType(DeviceType.CUDA));
        Assert.Throws<InvalidOperationException>(() => t.cuda());
        Assert.Throws<InvalidOperationException>(() => t.to("cuda:0"));
        Assert.Throws<InvalidOperationException>(() => InitializeDeviceType(DeviceType.CUDA));
        InitializeDeviceType(DeviceType.CPU);
    }

    [Fact]
    public void Indexing_is_Pythons()
    {
        using var scope = NewDisposeScope();
        var t = arange(24).reshape(2, 3, 4);
        Assert.Equal(23, t[1, 2, 3].item<long>());
        Assert.Equal(20, t[^1, 2, 0].item<long>());
        Assert.Equal([2L, 3, 4], t[..].shape);
        Assert.Equal([1L, 3, 4], t[1..].shape);
        Assert.Equal([2L, 3, 2], t[TensorIndex.Ellipsis, TensorIndex.Slice(1, 3)].shape);
        Assert.Equal([0L, 4, 8, 12, 16, 20], t[TensorIndex.Ellipsis, 0].flatten().data<long>().ToArray());
        Assert.Equal([1L, 2, 3, 4], t[TensorIndex.None].shape);
        Assert.Equal([2L, 2, 4], t[TensorIndex.Colon, TensorIndex.Slice(null, null, 2)].shape);
        Assert.Equal([21L, 22, 23], t[t > 20].data<long>().ToArray());
        Assert.Equal([2L, 3, 4], t[tensor([1L, 0])].shape);
        Assert.Equal([14L, 3], t[tensor([1L, 0]), tensor([0L, 0]), tensor([2L, 3])].data<long>().ToArray());
        Assert.Equal([3L, 4], t[0].shape);
    }

    [Fact]
    public void Elements_are_set_by_index_in_place()
    {
        using var scope = NewDisposeScope();
        var t = zeros(2, 3);
        t[0, 1] = 5;
        t[1] = tensor([1f, 2, 3]);
        t[TensorIndex.Colon, 2] = 7;
        t[t == 5] = -1;
        Assert.Equal([0f, -1, 7, 1, 2, 7], t.data<float>().ToArray());
        t.index_put_(4, TensorIndex.Single(0), TensorIndex.Single(0));
        Assert.Equal(4, t[0, 0].item<float>());
    }

    [Fact]
    public void Arithmetic_with_numbers_goes_both_ways()
    {
        using var scope = NewDisposeScope();
        var t = tensor([1f, 2, 4]);
        Close([3, 4, 6], t + 2);
        Close([1, 0, -2], 2 - t);
        Close([2, 1, .5f], 2 / t);
        Close([1, 0, 0], t % 2);
        Close([.5f, 1, 2], t / 2.0);
        Close([-1, -2, -4], -t);
        Close([1, 4, 16], t.pow(2));
        Assert.Equal([0L, 1, 2], tensor([1, 2, 4]).div(2, RoundingMode.floor).to(ScalarType.Int64).data<long>().ToArray());
        Assert.Equal([false, true, false], (t == 2).data<bool>().ToArray());
        Assert.Equal([true, false, false], ((t < 3) & (t != 2)).data<bool>().ToArray());
        Assert.Equal([false, true, true], (~(t < 2)).data<bool>().ToArray());
        Close([1, 2, 3], t.clamp(1, 3));
        Close([3, 3, 4], t.clamp_min(3));
        Close([11, 12, 14], t.add_(10));
        Close([11, 12, 14], t);
        Close([2, 7], tensor([1f, 2]).addcmul_(tensor([1f, 2]), tensor([1f, 2.5f]), 1));
    }

    [Fact]
    public void Reductions_compute_what_Python_computes()
    {
        using var scope = NewDisposeScope();
        var x = Wave(2, 3, 4);
        Close([0.114197046f, 0.540942729f, 1.20652282f, 1.00603056f], x.var(1)[0]);
        Close([0.704735756f], x.std());
        Close([2.11917448f, 0.864741147f, 1.95780575f, 1.35475564f, 1.58190775f, 1.81400037f], x.logsumexp(2));
        Close([-0.0367757827f, 0.541154385f, 0.864571333f, 0.781366765f], x.cumsum(1)[0, 2]);
        Close([3.40928102f], x.norm());
        Close([2.80411911f, 2.51442337f, 2.52521276f, 2.29375148f, 2.42031765f, 2.28312969f], x.norm(2, p: 1));
        Close([0.166568518f], Wave(4).prod());
        Close([0.207844272f, 0.0995504856f, -0.395441711f, 0.645637512f, -0.821226478f], einsum("bij,kj->bik", x, Wave(.5, 5, 4))[1, 2]);
        Close([4.08618259f, -2.7735014f, 3.08255005f], ones(2, 3, 3).baddbmm(x, x.transpose(1, 2), .5f, 2f)[1, 0]);
    }

    [Fact]
    public void Order_and_search_give_values_and_places()
    {
        using var scope = NewDisposeScope();
        var t = tensor([3f, 1, 2]);
        var (values, places) = t.topk(2);
        Close([3, 2], values);
        Assert.Equal([0L, 2], places.data<long>().ToArray());
        var (sorted, order) = t.sort();
        Close([1, 2, 3], sorted);
        Assert.Equal([1L, 2, 0], order.data<long>().ToArray());
        Assert.Equal([0L, 2, 1], t.argsort(descending: true).data<long>().ToArray());
        var (largest, at) = t.max(0);
        Assert.Equal((3f, 0L), (largest.item<float>(), at.item<long>()));
        var (distinct, inverse, counts) = tensor([2L, 1, 2]).unique(return_inverse: true, return_counts: true);
        Assert.Equal([1L, 2], distinct.data<long>().ToArray());
        Assert.Equal([1L, 0, 1], inverse!.data<long>().ToArray());
        Assert.Equal([1L, 2], counts!.data<long>().ToArray());
        Assert.Equal([1L, 0, 2], tensor([0L, 2, 2]).bincount().data<long>().ToArray());
        Assert.Equal([0L, 2], t.gt(1).nonzero().flatten().data<long>().ToArray());
    }

    [Fact]
    public void Pieces_join_to_the_whole()
    {
        using var scope = NewDisposeScope();
        var t = arange(200).reshape(100, 2);
        Assert.True(cat(t.split(7)).Equals(t));
        Assert.True(stack(t.unbind()).Equals(t));
        Assert.True(cat(t.chunk(3, 1), 1).Equals(t));
        Assert.True(cat(t.split([30, 70])).Equals(t));
        Assert.Equal([100L, 2, 1], t.unsqueeze(-1).shape);
        Assert.Equal([10L, 10, 2], t.unflatten(0, 10, 10).shape);
        Assert.Equal([2L, 100], t.permute(1, 0).shape);
        Assert.Equal([3L, 200, 2], t.repeat(3, 2, 1).shape);
        Assert.Equal([3L, 100, 2], t.expand(3, -1, -1).shape);
        Assert.Equal([198L, 199], t.flip(0)[0].data<long>().ToArray());
        Assert.Equal([198L, 199], t.roll(1, 0)[0].data<long>().ToArray());
        Assert.Equal([0L, 0, 1, 1], arange(2).repeat_interleave(2).data<long>().ToArray());
        var grids = meshgrid([arange(2), arange(3)]);
        Assert.Equal([2L, 3], grids[1].shape);
    }

    [Fact]
    public void Gather_and_scatter_undo_each_other()
    {
        using var scope = NewDisposeScope();
        var t = Wave(3, 4);
        var place = t.argsort(1);
        Assert.True(zeros(3, 4).scatter(1, place, t.gather(1, place)).Equals(t));
        Assert.True(t.take_along_dim(place, 1).Equals(t.gather(1, place)));
        Close([0, 3, 0], zeros(3).scatter_add_(0, tensor([1L, 1]), tensor([1f, 2])));
        Close([1, 1, 5], ones(3).index_add(0, tensor([2L]), tensor([2f]), 2));
        Close([5, 1, 5], ones(3).masked_fill(tensor([true, false, true]), 5));
        Assert.True(float.IsNegativeInfinity(ones(1).masked_fill(tensor([true]), float.NegativeInfinity).item<float>()));
        Close([1, 0], where(tensor([true, false]), ones(2), zeros(2)));
        Close([3, 1], tensor([1f, 2, 3]).index_select(0, tensor([2L, 0])));
    }

    [Fact]
    public void Half_precisions_compute_what_Python_computes()
    {
        using var scope = NewDisposeScope();
        var t = Wave(4).to(ScalarType.BFloat16);
        Close([0.0869140625f, 0.70703125f, 0.984375f, 0.45703125f], t * t);
        Assert.Equal((Half)0.5f, tensor(0.5f).half().item<Half>());
    }

    [Fact]
    public void A_tensor_on_its_own_is_collected()
    {
        var before = LiveTensors.Count();
        MakeGarbage();
        Assert.Equal(before, LiveTensors.Count());

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void MakeGarbage()
        {
            for (var i = 0; i < 100; i++)
            {
                _ = ones(3) + i;
            }
        }
    }
}
