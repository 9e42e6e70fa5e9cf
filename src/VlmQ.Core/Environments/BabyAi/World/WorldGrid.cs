using System.Runtime.InteropServices;

namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>An immutable grid of cells; a change copies it. The agent is not part of it.</summary>
public sealed class WorldGrid : IEquatable<WorldGrid>
{
    private readonly Cell[] _cells;

    /// <param name="width">Columns, at least 3.</param>
    /// <param name="height">Rows, at least 3.</param>
    /// <param name="cells">Row by row, <c>[height, width]</c>; they are copied.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public WorldGrid(int width, int height, ReadOnlySpan<Cell> cells)
        : this(width, height, cells.ToArray())
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 3);
        if (cells.Length != (long)width * height)
        {
            throw new ArgumentException($"A {width}×{height} grid has {(long)width * height} cells, not {cells.Length}.", nameof(cells));
        }
    }

    private WorldGrid(int width, int height, Cell[] cells)
    {
        Width = width;
        Height = height;
        _cells = cells;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>All cells, row by row, <c>[height, width]</c>.</summary>
    public ReadOnlySpan<Cell> Cells => _cells;

    /// <summary>The cell in column <paramref name="x"/> of row <paramref name="y"/>; outside the grid everything is wall.</summary>
    public Cell this[int x, int y] => Contains(x, y) ? _cells[IndexOf(x, y)] : Cell.Wall;

    /// <summary>The index of a cell in <see cref="Cells"/>.</summary>
    public int IndexOf(int x, int y) => (y * Width) + x;

    /// <summary>The place is inside the grid.</summary>
    public bool Contains(int x, int y) => (uint)x < (uint)Width && (uint)y < (uint)Height;

    /// <summary>The index of the cell that shows an object, −1 when none does.</summary>
    /// <param name="number">The object's number, 1 or more.</param>
    public int Find(int number)
    {
        for (int i = 0; i < _cells.Length; i++)
        {
            if (_cells[i].Number == number)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>A grid with one cell changed.</summary>
    public WorldGrid With(int x, int y, Cell cell)
    {
        Cell[] cells = new Cell[_cells.Length];
        _cells.CopyTo(cells, 0);
        cells[IndexOf(x, y)] = cell;
        return new WorldGrid(Width, Height, cells);
    }

    /// <summary>The same size and the same cells.</summary>
    public bool Equals(WorldGrid? other) =>
        ReferenceEquals(this, other)
        || (
            other is not null
            && Width == other.Width
            && MemoryMarshal.Cast<Cell, ushort>(_cells).SequenceEqual(MemoryMarshal.Cast<Cell, ushort>(other._cells))
        );

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WorldGrid);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        hash.Add(Width);
        hash.AddBytes(MemoryMarshal.AsBytes(Cells));
        return hash.ToHashCode();
    }
}
