using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <content>Doors, openings and the ways between rooms.</content>
internal sealed partial class LevelBuilder
{
    private const int MostConnectionRounds = 5001;

    /// <summary>There is a room on that side.</summary>
    public bool HasNeighbor(Room room, Direction side) => _slots[Slot(room, side)] >= 0;

    /// <summary>A door in a wall of a room; returns its number.</summary>
    /// <param name="room">The room, which counts as locked exactly when this door is.</param>
    /// <param name="side">Null: uniform over sides with a neighbour and nothing in between yet.</param>
    /// <param name="color">Null: uniform.</param>
    /// <param name="locked">Null: a toss.</param>
    public int AddDoor(Room room, Direction? side = null, ObjectColor? color = null, bool? locked = null)
    {
        Direction placed = side ?? DrawFreeSide(room);
        ObjectColor painted = color ?? DrawColor();
        bool isLocked = locked ?? Toss();
        _locked[Index(room)] = isLocked;
        _objects.Add(new WorldObject(ObjectType.Door, painted));
        int number = _objects.Count;
        DoorState state = isLocked ? DoorState.Locked : DoorState.Closed;
        _cells[_slots[Slot(room, placed)]] = new Cell(ObjectType.Door, painted, state, number);
        Connect(room, placed, number);
        return number;
    }

    /// <summary>Removes the inner cells of the wall on one side.</summary>
    public void OpenWall(Room room, Direction side)
    {
        int x = (room.Column + (side == Direction.Right ? 1 : 0)) * _size.Pitch;
        int y = (room.Row + (side == Direction.Down ? 1 : 0)) * _size.Pitch;
        bool upright = side is Direction.Right or Direction.Left;
        for (int i = 1; i < _size.Pitch; i++)
        {
            _cells[((y + (upright ? i : 0)) * _size.Width) + x + (upright ? 0 : i)] = Cell.Empty;
        }
        Connect(room, side, OpenedWall);
    }

    /// <summary>Adds unlocked doors until every room can be reached from the agent's, through doors of any kind and openings.</summary>
    /// <param name="without">A colour that the doors must not have.</param>
    public void ConnectAll(ObjectColor? without = null)
    {
        for (int round = 0; round < MostConnectionRounds; round++)
        {
            if (AllRoomsAreConnected())
            {
                return;
            }
            Room room = DrawRoom();
            Direction side = (Direction)Draw(Sides);
            bool free = HasNeighbor(room, side) && _connections[Slot(room, side)] == 0;
            if (free && !_locked[Index(room)] && !_locked[Index(room.Beside(side))])
            {
                AddDoor(room, side, DrawColorBut(without), locked: false);
            }
        }
        Reject();
    }

    /// <summary>The numbers of all doors, each twice: rooms by column and row, sides clockwise.</summary>
    public int[] DoorsOfAllRooms() => [.. _connections.Where(number => number > 0)];

    /// <summary>Opens every door.</summary>
    public void OpenAllDoors()
    {
        foreach (ref Cell cell in _cells.AsSpan())
        {
            cell = cell.Type == ObjectType.Door ? cell.With(DoorState.Open) : cell;
        }
    }

    /// <summary>The cell of the door slot on one side: its column and row.</summary>
    public (int X, int Y) SlotOf(Room room, Direction side) =>
        (_slots[Slot(room, side)] % _size.Width, _slots[Slot(room, side)] / _size.Width);

    /// <summary>A match lies outside a room; the room's walls and doors count as inside.</summary>
    public bool HasMatchOutside(Room room, MatchedObjects matched)
    {
        for (int i = 0; i < _cells.Length; i++)
        {
            if (matched.Places.Contains(i) && !IsInside(room, i))
            {
                return true;
            }
        }
        return false;
    }

    private bool IsInside(Room room, int cell)
    {
        int x = (cell % _size.Width) - (room.Column * _size.Pitch);
        int y = (cell / _size.Width) - (room.Row * _size.Pitch);
        return x >= 0 && y >= 0 && x < _size.RoomSize && y < _size.RoomSize;
    }

    private int Index(Room room) => (room.Row * _size.Columns) + room.Column;

    private int Slot(Room room, Direction side) => (Index(room) * Sides) + (int)side;

    private void DrawSlots()
    {
        Array.Fill(_slots, -1);
        for (int row = 0; row < _size.Rows; row++)
        {
            for (int column = 0; column < _size.Columns; column++)
            {
                Room room = new(column, row);
                if (column < _size.Columns - 1)
                {
                    int y = (row * _size.Pitch) + 1 + Draw(_size.RoomSize - 2);
                    SetSlot(room, Direction.Right, (y * _size.Width) + ((column + 1) * _size.Pitch));
                }
                if (row < _size.Rows - 1)
                {
                    int x = (column * _size.Pitch) + 1 + Draw(_size.RoomSize - 2);
                    SetSlot(room, Direction.Down, ((row + 1) * _size.Pitch * _size.Width) + x);
                }
            }
        }
    }

    private void SetSlot(Room room, Direction side, int cell)
    {
        _slots[Slot(room, side)] = cell;
        _slots[Slot(room.Beside(side), side.Clockwise().Clockwise())] = cell;
    }

    private void Connect(Room room, Direction side, int connection)
    {
        _connections[Slot(room, side)] = connection;
        _connections[Slot(room.Beside(side), side.Clockwise().Clockwise())] = connection;
    }

    private Direction DrawFreeSide(Room room)
    {
        Span<Direction> free = stackalloc Direction[Sides];
        int count = 0;
        foreach (Direction side in Directions.All)
        {
            if (HasNeighbor(room, side) && _connections[Slot(room, side)] == 0)
            {
                free[count++] = side;
            }
        }
        return free[Draw(count)];
    }

    private ObjectColor DrawColorBut(ObjectColor? excluded)
    {
        if (excluded is not { } color)
        {
            return DrawColor();
        }
        int drawn = Draw(5);
        return (ObjectColor)(drawn < (int)color ? drawn : drawn + 1);
    }

    private bool AllRoomsAreConnected()
    {
        Span<Room> open = stackalloc Room[_size.Rooms];
        Span<bool> reached = stackalloc bool[_size.Rooms];
        open[0] = AgentRoom();
        reached[Index(open[0])] = true;
        int count = 1;
        for (int next = 0; next < count; next++)
        {
            foreach (Direction side in Directions.All)
            {
                if (_connections[Slot(open[next], side)] != 0 && !reached[Index(open[next].Beside(side))])
                {
                    open[count] = open[next].Beside(side);
                    reached[Index(open[count++])] = true;
                }
            }
        }
        return count == _size.Rooms;
    }
}
