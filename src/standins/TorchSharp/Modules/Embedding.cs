using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Rows of a table: indices of any shape (Int64 or Int32) to vectors.</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly long _paddingIndex;
    private readonly double? _maxNorm;
    private readonly double _normType;
    private readonly bool _scaleByFrequency;
    private readonly bool _sparse;

    internal Embedding(
        long num_embeddings,
        long embedding_dims,
        long? padding_idx,
        double? max_norm,
        double norm_type,
        bool scale_grad_by_freq,
        bool sparse,
        Device? device,
        ScalarType? dtype
    )
        : base(nameof(Embedding))
    {
        _paddingIndex = padding_idx is { } index ? (index < 0 ? index + num_embeddings : index) : -1;
        _maxNorm = max_norm;
        _normType = norm_type;
        _scaleByFrequency = scale_grad_by_freq;
        _sparse = sparse;
        weight = Initial.Filled(
            [num_embeddings, embedding_dims],
            device,
            dtype,
            table =>
            {
                table.normal_();
                if (_paddingIndex >= 0)
                {
                    table[_paddingIndex].zero_();
                }
            }
        );
    }

    public Parameter weight
    {
        get => Registered(nameof(weight));
        set => ConditionallyRegisterParameter(nameof(weight), value);
    }

    public override Tensor forward(Tensor input)
    {
        if (_maxNorm is { } limit)
        {
            using var ungraded = no_grad();
            Calls.InPlace(Operators.embedding_renorm_, [weight, input, limit, _normType], weight, input);
        }

        return Tensor.Wrap(
            NativeMethods.ts_embedding(weight.Handle, input.Handle, _paddingIndex, _scaleByFrequency ? 1 : 0, _sparse ? 1 : 0),
            weight,
            input
        );
    }
}
