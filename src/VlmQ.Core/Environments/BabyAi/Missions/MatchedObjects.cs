using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Missions;

/// <summary>What a descriptor matched at the start of an episode; the set of objects never changes, their places do.</summary>
/// <param name="Numbers">Bit n is set when object n matched.</param>
/// <param name="Walls">Walls matched ("a grey object").</param>
/// <param name="Places">Where the matches lay.</param>
/// <param name="Count">How many matched, walls included.</param>
public sealed record MatchedObjects(UInt128 Numbers, bool Walls, CellSet Places, int Count)
{
    /// <summary>Object <paramref name="number"/> matched.</summary>
    public bool Contains(int number) => number > 0 && ((Numbers >> number) & 1) != 0;

    /// <summary>The cell shows a match.</summary>
    public bool Contains(Cell cell) => cell.Type == ObjectType.Wall ? Walls : Contains(cell.Number);

    /// <summary>Where the matches lie in a grid now; what is carried or gone is left out.</summary>
    public CellSet PlacesIn(WorldGrid grid)
    {
        Span<int> places = stackalloc int[grid.Cells.Length];
        int count = 0;
        for (int i = 0; i < grid.Cells.Length; i++)
        {
            if (Contains(grid.Cells[i]))
            {
                places[count++] = i;
            }
        }
        return new CellSet(grid.Cells.Length, places[..count]);
    }

    /// <summary>Everything in a grid that a descriptor speaks of (environments.md §5.2).</summary>
    /// <param name="descriptor">The description. With neither type nor place, walls take part.</param>
    /// <param name="grid">The grid at the start; what lies inside boxes is not in it.</param>
    /// <param name="start">The agent's start.</param>
    /// <param name="roomSize">The side of a room, walls included.</param>
    public static MatchedObjects Of(Descriptor descriptor, WorldGrid grid, Pose start, int roomSize)
    {
        Span<int> places = stackalloc int[grid.Cells.Length];
        UInt128 numbers = 0;
        bool walls = false;
        int count = 0;
        for (int i = 0; i < grid.Cells.Length; i++)
        {
            Cell cell = grid.Cells[i];
            bool matches =
                cell.Type != ObjectType.Empty
                && (descriptor.Type ?? cell.Type) == cell.Type
                && (descriptor.Color ?? cell.Color) == cell.Color
                && (descriptor.Place is not { } place || Lies(place, i % grid.Width, i / grid.Width, start, roomSize));
            if (matches)
            {
                places[count++] = i;
                walls |= cell.Type == ObjectType.Wall;
                numbers |= cell.Number == 0 ? 0 : UInt128.One << cell.Number;
            }
        }
        return new MatchedObjects(numbers, walls, new CellSet(grid.Cells.Length, places[..count]), count);
    }

    private static bool Lies(Place place, int x, int y, Pose start, int roomSize)
    {
        int pitch = roomSize - 1;
        int dx = x - (start.X / pitch * pitch);
        int dy = y - (start.Y / pitch * pitch);
        if (dx < 0 || dy < 0 || dx >= roomSize || dy >= roomSize)
        {
            return false;
        }
        Direction towards = place switch
        {
            Place.Front => start.Direction,
            Place.Right => start.Direction.Clockwise(),
            Place.Behind => start.Direction.Clockwise().Clockwise(),
            _ => start.Direction.Counterclockwise(),
        };
        return ((x - start.X) * towards.Dx()) + ((y - start.Y) * towards.Dy()) > 0;
    }
}
