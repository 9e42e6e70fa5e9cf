namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>
/// The 7 × 7 cells in front of the agent. Column i runs from its left (0) to its right (6), row j from far (0) to near (6); the agent is at
/// (3, 6). Spans of cells and masks are row by row: the bit and index of (i, j) is <c>7 · j + i</c>.
/// </summary>
public static class PartialView
{
    /// <summary>Cells along a side.</summary>
    public const int Size = 7;

    /// <summary>Cells in the view.</summary>
    public const int Cells = Size * Size;

    /// <summary>Bytes of the encoded view: (type, colour, state) a cell.</summary>
    public const int EncodedBytes = Cells * 3;

    /// <summary>The agent's column.</summary>
    public const int AgentColumn = Size / 2;

    /// <summary>The agent's own cell.</summary>
    public const int AgentIndex = ((Size - 1) * Size) + AgentColumn;

    private const int RowMask = (1 << Size) - 1;

    /// <summary>Reads the view and what of it is in sight; cells out of sight are <see cref="Cell.Unseen"/>.</summary>
    /// <param name="grid">The world.</param>
    /// <param name="pose">Where the agent stands and looks.</param>
    /// <param name="hand">What the agent's own cell shows: what it carries, or <see cref="Cell.Empty"/>.</param>
    /// <param name="view">Receives 49 cells.</param>
    /// <returns>The visibility mask, 49 bits.</returns>
    public static ulong Read(WorldGrid grid, Pose pose, Cell hand, Span<Cell> view)
    {
        int forwardX = pose.Direction.Dx();
        int forwardY = pose.Direction.Dy();
        int rightX = -forwardY;
        int rightY = forwardX;
        ReadOnlySpan<Cell> cells = grid.Cells;
        int width = grid.Width;
        int height = grid.Height;
        ulong visible = 0;
        int marked = 1 << AgentColumn;
        view = view[..Cells];
        for (int j = Size - 1; j >= 0; j--)
        {
            int x = pose.X + (forwardX * (Size - 1 - j)) - (rightX * AgentColumn);
            int y = pose.Y + (forwardY * (Size - 1 - j)) - (rightY * AgentColumn);
            int clear = 0;
            Span<Cell> row = view.Slice(j * Size, Size);
            for (int i = 0; i < row.Length; i++)
            {
                Cell cell = (uint)x < (uint)width && (uint)y < (uint)height ? cells[(y * width) + x] : Cell.Wall;
                row[i] = cell;
                clear |= cell.BlocksSight ? 0 : 1 << i;
                x += rightX;
                y += rightY;
            }
            marked = Spread(marked, clear, out int next);
            visible |= (ulong)marked << (j * Size);
            Hide(row, marked);
            marked = next;
        }
        view[AgentIndex] = hand;
        return visible;
    }

    /// <summary>Encodes the view as Minigrid does: byte <c>((i · 7) + j) · 3 + k</c> is part k of (type, colour, state).</summary>
    /// <param name="grid">The world.</param>
    /// <param name="pose">Where the agent stands and looks.</param>
    /// <param name="hand">What the agent's own cell shows.</param>
    /// <param name="image">Receives 147 bytes.</param>
    public static void Encode(WorldGrid grid, Pose pose, Cell hand, Span<byte> image)
    {
        Span<Cell> view = stackalloc Cell[Cells];
        Read(grid, pose, hand, view);
        image = image[..EncodedBytes];
        int at = 0;
        for (int i = 0; i < Size; i++)
        {
            for (int index = i; index < Cells; index += Size)
            {
                Cell cell = view[index];
                image[at] = (byte)cell.Type;
                image[at + 1] = (byte)cell.Color;
                image[at + 2] = (byte)cell.State;
                at += 3;
            }
        }
    }

    // The reference's two sweeps over one row (environments.md §4), all columns at once: a mark moves on through cells that can be seen
    // through, and marks the next cell and the three of the farther row. The first sweep starts from columns 0..5 and moves right, the
    // second from columns 6..1 and moves left, over the marks that the first has set too.
    private static int Spread(int marked, int clear, out int farther)
    {
        const int AllButLast = RowMask >> 1;
        const int AllButFirst = RowMask - 1;
        int through = marked & clear & AllButLast;
        for (int step = 1; step < Size - 1; step++)
        {
            through |= (through << 1) & clear & AllButLast;
        }
        marked |= through << 1;
        farther = through | (through << 1);

        through = marked & clear & AllButFirst;
        for (int step = 1; step < Size - 1; step++)
        {
            through |= (through >> 1) & clear & AllButFirst;
        }
        farther |= through | (through >> 1);
        return marked | (through >> 1);
    }

    private static void Hide(Span<Cell> row, int marked)
    {
        if (marked == RowMask)
        {
            return;
        }
        for (int i = 0; i < row.Length; i++)
        {
            if ((marked & (1 << i)) == 0)
            {
                row[i] = Cell.Unseen;
            }
        }
    }
}
