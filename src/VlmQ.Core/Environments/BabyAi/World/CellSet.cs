namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>An immutable set of cells of one grid, as bits.</summary>
public sealed class CellSet : IEquatable<CellSet>
{
    private readonly ulong[] _bits;

    /// <param name="cells">The size of the grid.</param>
    /// <param name="members">Indices of cells; repetitions do no harm.</param>
    public CellSet(int cells, ReadOnlySpan<int> members)
    {
        _bits = new ulong[(cells + 63) / 64];
        foreach (int member in members)
        {
            _bits[member >> 6] |= 1UL << (member & 63);
        }
    }

    /// <summary>The cell is a member.</summary>
    /// <param name="cell">The index of a cell of the grid.</param>
    public bool Contains(int cell) => (_bits[cell >> 6] & (1UL << (cell & 63))) != 0;

    /// <summary>How many cells are members.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong bits in _bits)
            {
                count += System.Numerics.BitOperations.PopCount(bits);
            }
            return count;
        }
    }

    /// <summary>A member lies directly left, right, above or below a place.</summary>
    /// <param name="grid">The grid whose cells these are.</param>
    /// <param name="cell">The index of the place.</param>
    public bool HasNeighborOf(WorldGrid grid, int cell)
    {
        int x = cell % grid.Width;
        int y = cell / grid.Width;
        return (x > 0 && Contains(cell - 1))
            || (x < grid.Width - 1 && Contains(cell + 1))
            || (y > 0 && Contains(cell - grid.Width))
            || (y < grid.Height - 1 && Contains(cell + grid.Width));
    }

    /// <summary>The same members.</summary>
    public bool Equals(CellSet? other) => other is not null && _bits.AsSpan().SequenceEqual(other._bits);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CellSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _bits.Length == 0 ? 0 : HashCode.Combine(_bits.Length, _bits[0], _bits[^1]);
}
