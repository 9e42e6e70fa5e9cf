using System.Collections.Immutable;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Bot;

/// <summary>Where something can be put down without being in the way of what is to be done next.</summary>
internal sealed class DropPlaces(WorldGrid grid, Cell hand, Func<WorldGrid, Cell, RouteFinder> finders)
{
    // A detour is fine; having to move the object again is not.
    private const int LargestDetour = 5;
    private const int NoWay = 10_000;
    private const int MostTries = 40;

    // The eight cells around one, in a circle.
    private static readonly (int X, int Y)[] Around = [(-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0)];

    /// <summary>The way to face a good empty cell; null when none can be reached without moving something.</summary>
    /// <param name="start">Where the agent is.</param>
    /// <param name="next">The targets that the agent will go to next, one after the other.</param>
    public Route? Find(Pose start, ImmutableArray<Func<WorldGrid, bool[]>> next)
    {
        (Route Way, int Detour)? best = null;
        List<(Route Way, int Detour)> fair = [];
        foreach (Route way in finders(grid, hand).FindEach(start, EmptyCells()).Take(MostTries))
        {
            (int x, int y) = (way.End.FrontX, way.End.FrontY);
            (int hurdlesWith, int costWith) = Effort(grid.With(x, y, hand), way.End, next);
            (int hurdlesWithout, int costWithout) = Effort(grid, way.End, next);
            int detour = costWith - costWithout;
            // A hurdle more can hide in a small detour, where the way over another object is about as long as that around.
            bool isFair = detour <= LargestDetour && hurdlesWith <= hurdlesWithout;
            if (isFair && !IsNextToDoor(x, y) && !Splits(x, y))
            {
                return way;
            }
            if (best is not { } least || detour < least.Detour)
            {
                best = (way, detour);
            }
            if (isFair)
            {
                fair.Add((way, detour));
            }
        }
        return fair.Count > 0 ? fair[0].Way : best?.Way;
    }

    private (int Hurdles, int Cost) Effort(WorldGrid world, Pose pose, ImmutableArray<Func<WorldGrid, bool[]>> next)
    {
        (int hurdles, int cost) = (0, 0);
        RouteFinder finder = finders(world, Cell.Empty);
        foreach (Func<WorldGrid, bool[]> targets in next)
        {
            if (finder.Find(pose, targets(world)) is not { } route)
            {
                return (hurdles + 1, cost + NoWay);
            }
            hurdles += route.Hurdles;
            cost += route.Cost;
            pose = route.End;
        }
        return (hurdles, cost);
    }

    private bool[] EmptyCells()
    {
        bool[] marks = new bool[grid.Cells.Length];
        for (int i = 0; i < marks.Length; i++)
        {
            marks[i] = grid.Cells[i].Type == ObjectType.Empty;
        }
        return marks;
    }

    private bool IsNextToDoor(int x, int y)
    {
        foreach (Direction direction in Directions.All)
        {
            if (grid[x + direction.Dx(), y + direction.Dy()].Type == ObjectType.Door)
            {
                return true;
            }
        }
        return false;
    }

    // Filling the cell would cut its free neighbours into groups that are not joined around it.
    private bool Splits(int x, int y)
    {
        int changes = 0;
        bool previous = IsFree(x + Around[^1].X, y + Around[^1].Y);
        foreach ((int dx, int dy) in Around)
        {
            bool free = IsFree(x + dx, y + dy);
            changes += free != previous ? 1 : 0;
            previous = free;
        }
        return changes > 2;
    }

    private bool IsFree(int x, int y) => grid[x, y].Type is ObjectType.Empty or ObjectType.Floor;
}
