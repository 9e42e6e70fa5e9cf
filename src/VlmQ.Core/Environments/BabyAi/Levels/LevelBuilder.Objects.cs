using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <content>Objects and the agent.</content>
internal sealed partial class LevelBuilder
{
    private static ReadOnlySpan<ObjectType> MovableTypes => [ObjectType.Key, ObjectType.Ball, ObjectType.Box];

    /// <summary>
    /// An object on a uniform empty cell of a room, at least two steps from where the agent is now (before it is placed, the middle of the
    /// middle room); returns its number.
    /// </summary>
    /// <param name="room">The room.</param>
    /// <param name="type">Key, ball or box; null: uniform.</param>
    /// <param name="color">Null: uniform.</param>
    /// <param name="contents">The number of the object in the box.</param>
    public int AddObject(Room room, ObjectType? type = null, ObjectColor? color = null, int contents = 0)
    {
        ObjectType kind = type ?? DrawFrom(MovableTypes);
        ObjectColor painted = color ?? DrawColor();
        int number = AddUnplaced(kind, painted, contents);
        _pairs |= PairBit(kind, painted);
        Span<int> free = stackalloc int[_size.RoomSize * _size.RoomSize];
        int count = 0;
        foreach (int cell in CellsOf(room))
        {
            int distance = Math.Abs((cell % _size.Width) - _agent.X) + Math.Abs((cell / _size.Width) - _agent.Y);
            if (_cells[cell].Type == ObjectType.Empty && distance >= 2)
            {
                free[count++] = cell;
            }
        }
        if (count == 0)
        {
            Reject();
            return number;
        }
        _cells[free[Draw(count)]] = CellOf(number);
        return number;
    }

    /// <summary>An object that is nowhere yet; returns its number.</summary>
    public int AddUnplaced(ObjectType type, ObjectColor color, int contents = 0)
    {
        _objects.Add(new WorldObject(type, color, contents));
        return _objects.Count;
    }

    /// <summary>Puts an unplaced object into a cell.</summary>
    public void Put(int number, int x, int y) => _cells[(y * _size.Width) + x] = CellOf(number);

    /// <summary>Random objects; returns their numbers.</summary>
    /// <param name="count">How many.</param>
    /// <param name="room">Null: a uniform room for each.</param>
    /// <param name="distinct">No two objects of the level have the same type and colour.</param>
    public int[] AddDistractors(int count, Room? room = null, bool distinct = false)
    {
        int[] numbers = new int[count];
        for (int i = 0; i < count; )
        {
            ObjectColor color = DrawColor();
            ObjectType type = DrawFrom(MovableTypes);
            if (distinct && (_pairs & PairBit(type, color)) != 0)
            {
                continue;
            }
            numbers[i++] = AddObject(room ?? DrawRoom(), type, color);
        }
        return numbers;
    }

    /// <summary>Paints an object.</summary>
    public void Paint(int number, ObjectColor color)
    {
        _objects[number - 1] = _objects[number - 1] with { Color = color };
        int place = Array.FindIndex(_cells, cell => cell.Number == number);
        if (place >= 0)
        {
            _cells[place] = CellOf(number);
        }
    }

    /// <summary>The agent on a uniform empty cell of a room, looking at an empty cell or a wall.</summary>
    /// <param name="room">Null: uniform.</param>
    public void PlaceAgent(Room? room = null)
    {
        Span<Pose> poses = stackalloc Pose[_size.RoomSize * _size.RoomSize * Sides];
        int count = 0;
        foreach (int cell in CellsOf(room ?? DrawRoom()))
        {
            if (_cells[cell].Type != ObjectType.Empty)
            {
                continue;
            }
            foreach (Direction direction in Directions.All)
            {
                Pose pose = new(cell % _size.Width, cell / _size.Width, direction);
                if (_cells[(pose.FrontY * _size.Width) + pose.FrontX].Type is ObjectType.Empty or ObjectType.Wall)
                {
                    poses[count++] = pose;
                }
            }
        }
        if (count == 0)
        {
            Reject();
            return;
        }
        _agent = poses[Draw(count)];
    }

    /// <summary>The agent as in <see cref="PlaceAgent"/>, in a uniform room but one.</summary>
    public void PlaceAgentOutside(Room? excluded)
    {
        Room room = DrawRoom();
        while (room == excluded)
        {
            room = DrawRoom();
        }
        PlaceAgent(room);
    }

    /// <summary>Rejects the layout where an object cannot be reached without moving another; doors, even locked ones, count as open.</summary>
    public void RequireAllReachable()
    {
        if (!AllAreReachable())
        {
            Reject();
        }
    }

    /// <summary>Every object can be reached without moving another; doors, even locked ones, count as open.</summary>
    public bool AllAreReachable()
    {
        Span<int> open = stackalloc int[_cells.Length];
        Span<bool> reached = stackalloc bool[_cells.Length];
        open[0] = (_agent.Y * _size.Width) + _agent.X;
        reached[open[0]] = true;
        int count = 1;
        Span<int> steps = [1, -1, _size.Width, -_size.Width];
        for (int next = 0; next < count; next++)
        {
            // Everything but walls lies inside the outer wall, so the neighbours of what is passed exist.
            if (_cells[open[next]].Type is not (ObjectType.Empty or ObjectType.Door))
            {
                continue;
            }
            foreach (int step in steps)
            {
                int neighbor = open[next] + step;
                if (!reached[neighbor])
                {
                    reached[neighbor] = true;
                    open[count++] = neighbor;
                }
            }
        }
        for (int i = 0; i < _cells.Length; i++)
        {
            if (!reached[i] && _cells[i].Type is not (ObjectType.Empty or ObjectType.Wall))
            {
                return false;
            }
        }
        return true;
    }

    private static int PairBit(ObjectType type, ObjectColor color) => 1 << (((type - ObjectType.Key) * 6) + (int)color);

    private Cell CellOf(int number) => new(this[number].Type, this[number].Color, DoorState.Open, number);

    private Room AgentRoom() => new(_agent.X / _size.Pitch, _agent.Y / _size.Pitch);

    private int[] CellsOf(Room room)
    {
        int[] cells = new int[_size.RoomSize * _size.RoomSize];
        for (int i = 0; i < cells.Length; i++)
        {
            int x = (room.Column * _size.Pitch) + (i % _size.RoomSize);
            int y = (room.Row * _size.Pitch) + (i / _size.RoomSize);
            cells[i] = (y * _size.Width) + x;
        }
        return cells;
    }
}
