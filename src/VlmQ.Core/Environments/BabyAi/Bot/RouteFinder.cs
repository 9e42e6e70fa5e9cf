using System.Collections.Immutable;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Bot;

/// <summary>Finds cheapest ways (Dijkstra over poses): a turn or a step costs 1, hurdles cost what clearing them takes, roughly.</summary>
internal sealed class RouteFinder
{
    private const int Sides = 4;
    private const int ToggleCost = 1;
    private const int ObjectCost = 6;
    private const int ObjectCostWithFullHand = 14;
    private const int MissingKeyCost = 300;

    private readonly WorldGrid _grid;
    private readonly Cell _hand;
    private readonly bool _mayMoveObjects;
    private readonly ImmutableHashSet<int> _closed;

    /// <param name="grid">The world.</param>
    /// <param name="hand">What is carried; <see cref="Cell.Empty"/> for nothing.</param>
    /// <param name="mayMoveObjects">Objects may be taken out of the way.</param>
    /// <param name="closed">Cells, doors above all, that the way must not lead through.</param>
    public RouteFinder(WorldGrid grid, Cell hand, bool mayMoveObjects, ImmutableHashSet<int> closed)
    {
        _grid = grid;
        _hand = hand;
        _mayMoveObjects = mayMoveObjects;
        _closed = closed;
    }

    /// <summary>The way to a pose whose front cell is a target; null when there is none.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="targets">Marks the cells to face.</param>
    public Route? Find(Pose start, bool[] targets)
    {
        Search search = new(_grid.Cells.Length * Sides);
        foreach (int node in Settle(start, search, overHurdles: true))
        {
            if (Faces(PoseOf(node), targets))
            {
                return RouteTo(node, search);
            }
        }
        return null;
    }

    /// <summary>A way that leads over no hurdle if there is one, however long; otherwise as <see cref="Find"/>.</summary>
    public Route? FindPreferringFree(Pose start, bool[] targets) => FindEach(start, targets).FirstOrDefault() ?? Find(start, targets);

    /// <summary>The ways to targets that lead over no hurdle, nearest first, one for each target.</summary>
    /// <param name="start">Where they begin.</param>
    /// <param name="targets">Marks the cells to face.</param>
    public IEnumerable<Route> FindEach(Pose start, bool[] targets)
    {
        Search search = new(_grid.Cells.Length * Sides);
        bool[] left = [.. targets];
        foreach (int node in Settle(start, search, overHurdles: false))
        {
            Pose pose = PoseOf(node);
            if (Faces(pose, left))
            {
                left[_grid.IndexOf(pose.FrontX, pose.FrontY)] = false;
                yield return RouteTo(node, search);
            }
        }
    }

    /// <summary>What stands in the way in a cell.</summary>
    public Hurdle HurdleAt(int x, int y)
    {
        Cell cell = _grid[x, y];
        if (!_grid.Contains(x, y) || _closed.Contains(_grid.IndexOf(x, y)))
        {
            return Hurdle.Impassable;
        }
        return cell.Type switch
        {
            ObjectType.Empty or ObjectType.Floor => Hurdle.None,
            ObjectType.Door when cell.State != DoorState.Locked => Hurdle.None,
            ObjectType.Door => _hand.Type == ObjectType.Key && _hand.Color == cell.Color ? Hurdle.LockedDoor : Hurdle.LockedDoorWithoutKey,
            ObjectType.Box => Hurdle.Object,
            ObjectType.Key or ObjectType.Ball when _mayMoveObjects => Hurdle.Object,
            _ => Hurdle.Impassable,
        };
    }

    // Dijkstra's algorithm: the poses in the order of their costs.
    private IEnumerable<int> Settle(Pose start, Search search, bool overHurdles)
    {
        search.Relax(NodeOf(start), 0, -1);
        while (search.TryTake(out int node))
        {
            yield return node;
            Pose pose = PoseOf(node);
            int cost = search.Costs[node];
            if ((overHurdles || HurdleAt(pose.FrontX, pose.FrontY) == Hurdle.None) && EnterCost(pose.FrontX, pose.FrontY) is { } entering)
            {
                search.Relax(NodeOf(pose with { X = pose.FrontX, Y = pose.FrontY }), cost + 1 + entering, node);
            }
            search.Relax(NodeOf(pose with { Direction = pose.Direction.Counterclockwise() }), cost + 1, node);
            search.Relax(NodeOf(pose with { Direction = pose.Direction.Clockwise() }), cost + 1, node);
        }
    }

    private bool Faces(Pose pose, bool[] targets) =>
        _grid.Contains(pose.FrontX, pose.FrontY) && targets[_grid.IndexOf(pose.FrontX, pose.FrontY)];

    private int? EnterCost(int x, int y) =>
        HurdleAt(x, y) switch
        {
            Hurdle.None => _grid[x, y].CanBeEntered ? 0 : ToggleCost,
            Hurdle.LockedDoor => ToggleCost,
            Hurdle.LockedDoorWithoutKey => MissingKeyCost,
            Hurdle.Object => _hand.Type == ObjectType.Empty ? ObjectCost : ObjectCostWithFullHand,
            _ => null,
        };

    private Route RouteTo(int node, Search search)
    {
        List<Pose> poses = [];
        for (int at = node; at >= 0; at = search.Parents[at])
        {
            poses.Add(PoseOf(at));
        }
        poses.Reverse();
        (Hurdle, int, int) first = (Hurdle.None, 0, 0);
        int hurdles = 0;
        for (int i = 1; i < poses.Count; i++)
        {
            Pose pose = poses[i];
            bool entered = (pose.X, pose.Y) != (poses[i - 1].X, poses[i - 1].Y);
            if (entered && HurdleAt(pose.X, pose.Y) is not Hurdle.None and var kind)
            {
                first = hurdles == 0 ? (kind, pose.X, pose.Y) : first;
                hurdles++;
            }
        }
        return new Route([.. poses], search.Costs[node], first, hurdles);
    }

    private int NodeOf(Pose pose) => (_grid.IndexOf(pose.X, pose.Y) * Sides) + (int)pose.Direction;

    private Pose PoseOf(int node)
    {
        int cell = node / Sides;
        return new Pose(cell % _grid.Width, cell / _grid.Width, (Direction)(node % Sides));
    }

    private sealed class Search
    {
        private readonly PriorityQueue<int, int> _open = new();
        private readonly bool[] _settled;

        public Search(int nodes)
        {
            Costs = new int[nodes];
            Parents = new int[nodes];
            _settled = new bool[nodes];
            Array.Fill(Costs, int.MaxValue);
        }

        public int[] Costs { get; }

        public int[] Parents { get; }

        public void Relax(int node, int cost, int parent)
        {
            if (cost < Costs[node])
            {
                (Costs[node], Parents[node]) = (cost, parent);
                _open.Enqueue(node, cost);
            }
        }

        public bool TryTake(out int node)
        {
            while (_open.TryDequeue(out node, out _))
            {
                if (!_settled[node])
                {
                    _settled[node] = true;
                    return true;
                }
            }
            return false;
        }
    }
}
