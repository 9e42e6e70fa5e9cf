using TorchSharp;
using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>
/// Rotary position embedding (Su et al., arXiv 2104.09864) with half-split pairs: of the first r dimensions of a head, dimension i is
/// rotated with dimension i + r/2 by the angle position·base^(−2i/r); the dimensions behind r pass through. The tables are computed in
/// float32, as the original models do.
/// </summary>
public sealed class RotaryEmbedding : IDisposable
{
    private readonly int _rotated;
    private Tensor _cosines; // [positions, r/2]
    private Tensor _sines; // [positions, r/2]

    /// <param name="rotated">r: how many dimensions of a head are rotated; even.</param>
    /// <param name="positions">Positions 0 to this, exclusive.</param>
    /// <param name="frequencyBase">The base of the frequencies.</param>
    public RotaryEmbedding(int rotated, int positions, double frequencyBase = 10000)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rotated % 2, 0, nameof(rotated));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rotated);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(positions);
        _rotated = rotated;
        using DisposeScope scope = NewDisposeScope();
        Tensor exponents = arange(0, rotated, 2, dtype: ScalarType.Float32) / rotated; // [r/2]
        Tensor frequencies = 1.0f / full_like(exponents, frequencyBase).pow(exponents);
        Tensor angles = arange(positions, dtype: ScalarType.Float32).outer(frequencies); // [positions, r/2]
        _cosines = angles.cos().DetachFromDisposeScope();
        _sines = angles.sin().DetachFromDisposeScope();
    }

    /// <summary><c>[positions, r/2]</c>: row p holds the cosines of position p.</summary>
    public Tensor Cosines => _cosines;

    /// <summary><c>[positions, r/2]</c>: row p holds the sines of position p.</summary>
    public Tensor Sines => _sines;

    /// <summary>The cosines and sines of some positions, to rotate every layer's queries and keys with.</summary>
    /// <param name="positions"><c>[rows, n]</c> int64, or <c>[1, n]</c> where all rows have the same.</param>
    /// <returns>Two of <c>[rows or 1, 1, n, r/2]</c>, on the device of <paramref name="positions"/>.</returns>
    public (Tensor Cosines, Tensor Sines) At(Tensor positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        MoveTo(positions.device);
        long[] shape = [positions.shape[0], 1, positions.shape[1], _rotated / 2];
        using Tensor flat = positions.flatten();
        using Tensor cosines = _cosines.index_select(0, flat);
        using Tensor sines = _sines.index_select(0, flat);
        return (cosines.view(shape), sines.view(shape));
    }

    /// <summary>Rotates the heads of queries or keys.</summary>
    /// <param name="heads"><c>[rows, heads, n, head width]</c>.</param>
    /// <param name="table">What <see cref="At"/> gives for their positions.</param>
    /// <returns><c>[rows, heads, n, head width]</c>, of the same type; rotated in float32.</returns>
    public Tensor Rotate(Tensor heads, (Tensor Cosines, Tensor Sines) table)
    {
        ArgumentNullException.ThrowIfNull(heads);
        using DisposeScope scope = NewDisposeScope();
        int half = _rotated / 2;
        Tensor first = heads.narrow(-1, 0, half).OfType(ScalarType.Float32);
        Tensor second = heads.narrow(-1, half, half).OfType(ScalarType.Float32);
        Tensor left = ((first * table.Cosines) - (second * table.Sines)).OfType(heads.dtype);
        Tensor right = ((second * table.Cosines) + (first * table.Sines)).OfType(heads.dtype);
        long passed = heads.shape[^1] - _rotated;
        Tensor[] parts = passed == 0 ? [left, right] : [left, right, heads.narrow(-1, _rotated, passed)];
        return cat(parts, -1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cosines.Dispose();
        _sines.Dispose();
    }

    private void MoveTo(Device device)
    {
        if (_cosines.device_type != device.type || (device.index >= 0 && _cosines.device_index != device.index))
        {
            _cosines = _cosines.to(device, disposeAfter: true).DetachFromDisposeScope();
            _sines = _sines.to(device, disposeAfter: true).DetachFromDisposeScope();
        }
    }
}
