using System.Collections.Immutable;
using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;
using Targets = System.Func<VlmQ.Core.Environments.BabyAi.World.WorldGrid, bool[]>;

namespace VlmQ.Core.Environments.BabyAi.Bot;

/// <summary>What one clause asks for in one state. Every method gives the next action, or null where it knows no way.</summary>
internal sealed class ClausePlan(BabyAiState state, OpenClause open)
{
    private static readonly ImmutableHashSet<int> NothingClosed = [];

    private readonly WorldGrid _grid = state.Grid;

    // Taking an object out of the way would fail a strict clause.
    private readonly bool _mayMoveObjects =
        open.Clause is not (Instruction.PickUp { Strict: true } or Instruction.PutNext { Strict: true });

    private bool HandIsFull => state.Carrying != 0;

    public BabyAiAction? NextAction() =>
        open.Clause switch
        {
            Instruction.GoTo => GoTo(),
            Instruction.Open => Open(),
            Instruction.PickUp => PickUp(),
            Instruction.PutNext => PutNext(),
            _ => throw new InvalidOperationException(),
        };

    private BabyAiAction? GoTo()
    {
        CellSet places = state.Tracked.Places[open.FirstTarget];
        // What is in the hand has a place again once it is dropped.
        return places.Count == 0 && open.Matched[0].Contains(state.Carrying)
            ? PutAside([])
            : Approach(Cells((_, i) => places.Contains(i)), BabyAiAction.Done, needsEmptyHand: false, NothingClosed, []);
    }

    private BabyAiAction? Open()
    {
        MatchedObjects doors = open.Matched[0];
        Targets ready = Cells((cell, _) => doors.Contains(cell) && (cell.State != DoorState.Locked || HandOpens(cell)));
        return Approach(ready, BabyAiAction.Toggle, needsEmptyHand: false, NothingClosed, []) ?? Unlock(doors);
    }

    private BabyAiAction? Unlock(MatchedObjects doors)
    {
        for (int i = 0; i < _grid.Cells.Length; i++)
        {
            Cell cell = _grid.Cells[i];
            if (doors.Contains(cell) && cell.State == DoorState.Locked && FetchKey(i, NothingClosed, []) is { } action)
            {
                return action;
            }
        }
        return null;
    }

    // What is in the hand already has to be picked up again while the clause is verified.
    private BabyAiAction? PickUp() =>
        open.Matched[0].Contains(state.Carrying)
            ? PutAside([])
            : Approach(Movable(open.Matched[0]), BabyAiAction.PickUp, needsEmptyHand: true, NothingClosed, []);

    // The objects to put something beside are left where they are, unless there is no other way.
    private BabyAiAction? PutNext()
    {
        (MatchedObjects moved, MatchedObjects stays) = (open.Matched[0], open.Matched[1]);
        ImmutableHashSet<int> left = [.. Enumerable.Range(0, _grid.Cells.Length).Where(i => stays.Contains(_grid.Cells[i]))];
        return stays.Contains(state.Carrying) && !HandOpensSomething()
            ? PutAside([Movable(moved), grid => PlacesBeside(grid, stays)])
            : PutNext(moved, stays, WithHopelessDoors(left))
                ?? MakePlace(stays, left)
                ?? PutNext(moved, stays, WithHopelessDoors(NothingClosed));
    }

    private ImmutableHashSet<int> WithHopelessDoors(ImmutableHashSet<int> closed)
    {
        ImmutableHashSet<int> more = closed;
        for (int i = 0; i < _grid.Cells.Length; i++)
        {
            Cell cell = _grid.Cells[i];
            bool locked = cell.Type == ObjectType.Door && cell.State == DoorState.Locked && !HandOpens(cell);
            more = locked && FetchKey(i, closed, []) is null ? more.Add(i) : more;
        }
        return more;
    }

    private BabyAiAction? PutNext(MatchedObjects moved, MatchedObjects stays, ImmutableHashSet<int> closed)
    {
        Targets places = grid => PlacesBeside(grid, stays);
        if (!moved.Contains(state.Carrying))
        {
            return !CanBeReached(places, closed)
                ? null
                : ClearBefore(Movable(moved), places, closed, [])
                    ?? Approach(Movable(moved), BabyAiAction.PickUp, needsEmptyHand: true, closed, [places]);
        }
        if (!open.WasChecked)
        {
            return BabyAiAction.Done;
        }
        Route? way = Finder(closed)(_grid, state.Hand).FindPreferringFree(state.Pose, places(_grid));
        return way is null ? null
            : way.FirstHurdle.Kind is Hurdle.Object or Hurdle.LockedDoorWithoutKey ? PutAside([places])
            : way.IsArrived ? BabyAiAction.Drop
            : Follow(way);
    }

    // Everything around the objects is taken: something has to go first.
    private BabyAiAction? MakePlace(MatchedObjects stays, ImmutableHashSet<int> closed)
    {
        Targets places = grid => PlacesBeside(grid, stays);
        if (places(_grid).Contains(true))
        {
            return null;
        }
        CellSet beside = stays.PlacesIn(_grid);
        Targets taken = Cells((cell, i) => cell.CanBePickedUp && !stays.Contains(cell) && beside.HasNeighborOf(_grid, i));
        return HandIsFull ? PutAside([taken, places]) : Approach(taken, BabyAiAction.PickUp, needsEmptyHand: true, closed, [places]);
    }

    private bool CanBeReached(Targets targets, ImmutableHashSet<int> closed) =>
        Finder(closed)(_grid, Cell.Empty).Find(state.Pose, targets(_grid)) is not null;

    // The key lies about or in a box; the way to it does not lead through the door that it is for.
    private BabyAiAction? FetchKey(int door, ImmutableHashSet<int> closed, ImmutableArray<Targets> then)
    {
        ObjectColor color = _grid.Cells[door].Color;
        ImmutableHashSet<int> without = closed.Add(door);
        Targets keys = Cells((cell, _) => cell.Type == ObjectType.Key && cell.Color == color);
        Targets itsDoor = Cells((_, i) => i == door);
        ImmutableArray<Targets> later = [itsDoor, .. then];
        return ClearBefore(keys, itsDoor, without, then)
            ?? Approach(keys, BabyAiAction.PickUp, needsEmptyHand: true, without, later)
            ?? Approach(Cells((cell, _) => Holds(cell, color)), BabyAiAction.Toggle, needsEmptyHand: false, without, later);
    }

    // Hurdles between an object and where it is to be brought are cleared before it is taken: it would have to be put down for that.
    private BabyAiAction? ClearBefore(Targets wanted, Targets goals, ImmutableHashSet<int> closed, ImmutableArray<Targets> then)
    {
        Route? toObject = Finder(closed)(_grid, Cell.Empty).FindPreferringFree(state.Pose, wanted(_grid));
        if (toObject is not { FirstHurdle.Kind: Hurdle.None, End: var end })
        {
            return null;
        }
        WorldGrid taken = _grid.With(end.FrontX, end.FrontY, Cell.Empty);
        Route? toGoal = WayToGoal(closed);
        if (toGoal is { FirstHurdle: (Hurdle.Object, var behindX, var behindY) } && LiesBehind(behindX, behindY))
        {
            // It cannot be cleared before the object is taken; on another way there may be one that can.
            toGoal = WayToGoal(closed.Add(_grid.IndexOf(end.FrontX, end.FrontY))) ?? toGoal;
        }
        if (toGoal is null)
        {
            return null;
        }
        (Hurdle kind, int x, int y) = toGoal.FirstHurdle;
        int place = _grid.IndexOf(x, y);
        Targets hurdle = Cells((_, i) => i == place);
        ImmutableArray<Targets> later = [wanted, goals, .. then];
        return kind switch
        {
            Hurdle.Object when HandIsFull => PutAside([hurdle, .. later]),
            Hurdle.Object => Approach(hurdle, BabyAiAction.PickUp, needsEmptyHand: true, closed, later),
            Hurdle.LockedDoorWithoutKey when HandOpens(_grid.Cells[place]) => Approach(
                hurdle,
                BabyAiAction.Toggle,
                needsEmptyHand: false,
                closed,
                later
            ),
            Hurdle.LockedDoorWithoutKey => FetchKey(place, closed, later),
            _ => null,
        };

        Route? WayToGoal(ImmutableHashSet<int> without) =>
            Finder(without)(taken, _grid[end.FrontX, end.FrontY]).FindPreferringFree(end, goals(taken));

        bool LiesBehind(int hurdleX, int hurdleY)
        {
            int behind = _grid.IndexOf(hurdleX, hurdleY);
            Route? toHurdle = Finder(closed)(_grid, Cell.Empty).Find(state.Pose, Cells((_, i) => i == behind)(_grid));
            return toHurdle?.FirstHurdle == (Hurdle.Object, end.FrontX, end.FrontY);
        }
    }

    private BabyAiAction? Approach(
        Targets targets,
        BabyAiAction arrived,
        bool needsEmptyHand,
        ImmutableHashSet<int> closed,
        ImmutableArray<Targets> then
    )
    {
        RouteFinder finder = Finder(closed)(_grid, state.Hand);
        Route? route = finder.Find(state.Pose, targets(_grid));
        if (route is { FirstHurdle.Kind: Hurdle.Object } && HandIsFull && !needsEmptyHand)
        {
            route = finder.FindPreferringFree(state.Pose, targets(_grid));
        }
        if (route is null)
        {
            return null;
        }
        (Hurdle kind, int x, int y) = route.FirstHurdle;
        switch (kind)
        {
            case Hurdle.LockedDoorWithoutKey:
                int door = _grid.IndexOf(x, y);
                return FetchKey(door, closed, [targets, .. then]) ?? Approach(targets, arrived, needsEmptyHand, closed.Add(door), then);
            case Hurdle.Object when HandIsFull && _mayMoveObjects:
            case Hurdle.None when HandIsFull && needsEmptyHand:
                return PutAside([targets, .. then]);
            default:
                return route.IsArrived ? arrived : Follow(route);
        }
    }

    private BabyAiAction? PutAside(ImmutableArray<Targets> next)
    {
        Route? way = new DropPlaces(_grid, state.Hand, Finder(NothingClosed)).Find(state.Pose, next);
        return way is null ? null
            : way.IsArrived ? BabyAiAction.Drop
            : Follow(way);
    }

    private BabyAiAction Follow(Route route)
    {
        (Pose here, Pose next) = (route.Poses[0], route.Poses[1]);
        if (next.Direction != here.Direction)
        {
            return next.Direction == here.Direction.Clockwise() ? BabyAiAction.Right : BabyAiAction.Left;
        }
        Cell entered = _grid[next.X, next.Y];
        return entered.CanBeEntered ? BabyAiAction.Forward
            : entered.CanBePickedUp && _mayMoveObjects ? BabyAiAction.PickUp
            // A door, or a box that must not be taken: opened, it is gone.
            : BabyAiAction.Toggle;
    }

    private Func<WorldGrid, Cell, RouteFinder> Finder(ImmutableHashSet<int> closed) =>
        (grid, hand) => new RouteFinder(grid, hand, _mayMoveObjects, closed);

    private bool HandOpensSomething()
    {
        foreach (Cell cell in _grid.Cells)
        {
            if (cell.Type == ObjectType.Door && cell.State == DoorState.Locked && HandOpens(cell))
            {
                return true;
            }
        }
        return false;
    }

    private bool HandOpens(Cell door) => state.Hand.Type == ObjectType.Key && state.Hand.Color == door.Color;

    private bool Holds(Cell cell, ObjectColor color) =>
        cell.Type == ObjectType.Box
        && state.Task.Objects[cell.Number].Contents is not 0 and var held
        && state.Task.Objects[held] is { Type: ObjectType.Key } key
        && key.Color == color;

    // Walls match "a grey object", but cannot be taken.
    private static Targets Movable(MatchedObjects wanted) => Cells((cell, _) => cell.CanBePickedUp && wanted.Contains(cell));

    private static bool[] PlacesBeside(WorldGrid grid, MatchedObjects stays)
    {
        CellSet places = stays.PlacesIn(grid);
        bool[] beside = new bool[grid.Cells.Length];
        for (int i = 0; i < beside.Length; i++)
        {
            beside[i] = grid.Cells[i].Type == ObjectType.Empty && places.HasNeighborOf(grid, i);
        }
        return beside;
    }

    private static Targets Cells(Func<Cell, int, bool> suits) =>
        grid =>
        {
            bool[] marks = new bool[grid.Cells.Length];
            for (int i = 0; i < marks.Length; i++)
            {
                marks[i] = suits(grid.Cells[i], i);
            }
            return marks;
        };
}
