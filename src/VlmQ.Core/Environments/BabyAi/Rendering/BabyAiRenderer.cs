using VlmQ.Core.Environments.BabyAi.World;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments.BabyAi.Rendering;

/// <summary>
/// Draws states as mosaics of square tiles, as Minigrid does (environments.md §9). A tile is painted when it is first needed and kept: it
/// is a function of the cell, the agent's direction and the highlight alone. Pictures are drawn when they are copied: straight into the
/// memory that an encoder reads, which need not be fresh for each of them.
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
        int side = PartialView.Size * TileSize;
        return new RgbImage(side, side, pixels => DrawAgentView(state, highlight, pixels));
    }

    /// <summary>The whole grid with the agent; what it carries is not shown.</summary>
    /// <param name="state">The state.</param>
    /// <param name="highlight">Brightens what the agent sees.</param>
    public RgbImage FullView(BabyAiState state, bool highlight = true) =>
        new(state.Grid.Width * TileSize, state.Grid.Height * TileSize, pixels => DrawFullView(state, highlight, pixels));

    private void DrawAgentView(BabyAiState state, bool highlight, Span<byte> pixels)
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
        Lay(tiles, PartialView.Size, pixels);
    }

    private void DrawFullView(BabyAiState state, bool highlight, Span<byte> pixels)
    {
        bool[] bright = new bool[state.Grid.Cells.Length];
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
        Lay(tiles, state.Grid.Width, pixels);
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
    private void Lay(ReadOnlySpan<byte[]> tiles, int columns, Span<byte> pixels)
    {
        int rowBytes = TileSize * Channels;
        int tileBytes = TileSize * rowBytes;
        Span<byte> left = pixels;
        for (; tiles.Length > 0; tiles = tiles[columns..])
        {
            ReadOnlySpan<byte[]> across = tiles[..columns];
            for (int from = 0; from < tileBytes; from += rowBytes)
            {
                foreach (byte[] tile in across)
                {
                    CopyRow(tile.AsSpan(from, rowBytes), left);
                    left = left[rowBytes..];
                }
            }
        }
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
