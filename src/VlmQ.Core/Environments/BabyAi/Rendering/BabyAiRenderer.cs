using System.Runtime.InteropServices;
using VlmQ.Core.Environments.BabyAi.World;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments.BabyAi.Rendering;

/// <summary>
/// Draws states as mosaics of square tiles, as Minigrid does (environments.md §9). A tile is painted when it is first needed and kept: it
/// is a function of the cell, the agent's direction and the highlight alone.
/// </summary>
public sealed class BabyAiRenderer
{
    /// <summary>Minigrid's tile size, in pixels.</summary>
    public const int DefaultTileSize = 32;

    private const int Channels = 3;
    private const int AgentVariants = 5;
    private const int DefaultRowBytes = DefaultTileSize * Channels;

    // Two callers that paint the same tile at once paint the same bytes; either array may stay.
    private readonly byte[]?[] _tiles = new byte[]?[Cell.Codes * AgentVariants * 2];

    /// <param name="tileSize">Pixels along a tile's side, at least 1.</param>
    public BabyAiRenderer(int tileSize = DefaultTileSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tileSize);
        TileSize = tileSize;
    }

    /// <summary>Pixels along a tile's side.</summary>
    public int TileSize { get; }

    /// <summary>What the agent sees: 7 × 7 tiles, the agent at the bottom, looking up. What it carries lies underneath it.</summary>
    /// <param name="state">The state.</param>
    /// <param name="highlight">Brightens what is in sight, as the reference always does.</param>
    public RgbImage AgentView(BabyAiState state, bool highlight = true)
    {
        Span<Cell> view = stackalloc Cell[PartialView.Cells];
        WorldGrid grid = state.GridBeforeTaking ?? state.Grid;
        Cell hand = state.GridBeforeTaking is null ? state.Hand : Cell.Empty;
        ulong visible = PartialView.Read(grid, state.Pose, hand, view);
        byte[][] tiles = new byte[PartialView.Cells][];
        for (int i = 0; i < tiles.Length; i++)
        {
            Direction? agent = i == PartialView.AgentIndex ? Direction.Up : null;
            tiles[i] = Tile(view[i], agent, highlight && ((visible >> i) & 1) != 0);
        }
        return Mosaic(tiles, PartialView.Size);
    }

    /// <summary>The whole grid with the agent; what it carries is not shown.</summary>
    /// <param name="state">The state.</param>
    /// <param name="highlight">Brightens what the agent sees.</param>
    public RgbImage FullView(BabyAiState state, bool highlight = true)
    {
        Span<bool> bright = stackalloc bool[state.Grid.Cells.Length];
        if (highlight)
        {
            MarkVisible(state, bright);
        }
        byte[][] tiles = new byte[bright.Length][];
        int own = state.Grid.IndexOf(state.Pose.X, state.Pose.Y);
        for (int i = 0; i < tiles.Length; i++)
        {
            tiles[i] = Tile(state.Grid.Cells[i], i == own ? state.Pose.Direction : null, bright[i]);
        }
        return Mosaic(tiles, state.Grid.Width);
    }

    private static void MarkVisible(BabyAiState state, Span<bool> bright)
    {
        Span<Cell> view = stackalloc Cell[PartialView.Cells];
        ulong visible = PartialView.Read(state.Grid, state.Pose, state.Hand, view);
        (Direction forward, Direction right) = (state.Pose.Direction, state.Pose.Direction.Clockwise());
        for (int i = 0; i < PartialView.Cells; i++)
        {
            int ahead = PartialView.Size - 1 - (i / PartialView.Size);
            int aside = (i % PartialView.Size) - PartialView.AgentColumn;
            int x = state.Pose.X + (forward.Dx() * ahead) + (right.Dx() * aside);
            int y = state.Pose.Y + (forward.Dy() * ahead) + (right.Dy() * aside);
            if (((visible >> i) & 1) != 0 && state.Grid.Contains(x, y))
            {
                bright[state.Grid.IndexOf(x, y)] = true;
            }
        }
    }

    private byte[] Tile(Cell cell, Direction? agent, bool highlight)
    {
        int variant = agent is { } direction ? 1 + (int)direction : 0;
        ref byte[]? tile = ref _tiles[(((cell.Code * AgentVariants) + variant) * 2) + (highlight ? 1 : 0)];
        return tile ??= TilePainter.Paint(cell, agent, highlight, TileSize);
    }

    // Written from front to back, a row of pixels at a time.
    private RgbImage Mosaic(ReadOnlySpan<byte[]> tiles, int columns)
    {
        int rows = tiles.Length / columns;
        int rowBytes = TileSize * Channels;
        byte[] pixels = GC.AllocateUninitializedArray<byte>(tiles.Length * TileSize * rowBytes);
        Span<byte> left = pixels;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte[]> across = tiles.Slice(row * columns, columns);
            for (int from = 0; from < TileSize * rowBytes; from += rowBytes)
            {
                foreach (byte[] tile in across)
                {
                    CopyRow(tile.AsSpan(from, rowBytes), left);
                    left = left[rowBytes..];
                }
            }
        }
        return new RgbImage(columns * TileSize, rows * TileSize, ImmutableCollectionsMarshal.AsImmutableArray(pixels));
    }

    private static void CopyRow(ReadOnlySpan<byte> row, Span<byte> pixels)
    {
        if (row.Length == DefaultRowBytes)
        {
            // A length that the compiler knows makes three vector moves of it; whole grids are then drawn a quarter faster.
            row[..DefaultRowBytes].CopyTo(pixels);
        }
        else
        {
            row.CopyTo(pixels);
        }
    }
}
