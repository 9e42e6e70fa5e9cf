using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;
using VlmQ.Core.Randomness;

namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>
/// One attempt at a layout (environments.md §6): rooms between walls, filled step by step. What cannot be done marks the layout as rejected;
/// later calls then still answer, but what they answer is not used.
/// </summary>
internal sealed partial class LevelBuilder
{
    private const int Sides = 4;

    /// <summary>What <see cref="_connections"/> says of a wall that was opened.</summary>
    private const int OpenedWall = -1;

    private readonly RandomKey _key;
    private readonly LevelSize _size;
    private readonly Cell[] _cells;
    private readonly List<WorldObject> _objects = [];

    // Of every room and side: the cell of the door slot (−1: no neighbour), and the door's number, 0 for none, or OpenedWall.
    private readonly int[] _slots;
    private readonly int[] _connections;
    private readonly bool[] _locked;
    private ulong _draws;
    private int _pairs;
    private Pose _agent;
    private bool _isRejected;
    private int _startsInHand;

    public LevelBuilder(LevelSize size, RandomKey key)
    {
        _size = size;
        _key = key;
        _cells = new Cell[size.Width * size.Height];
        _slots = new int[size.Rooms * Sides];
        _connections = new int[size.Rooms * Sides];
        _locked = new bool[size.Rooms];
        for (int i = 0; i < _cells.Length; i++)
        {
            bool wall = i % size.Width % size.Pitch == 0 || i / size.Width % size.Pitch == 0;
            _cells[i] = wall ? Cell.Wall : Cell.Empty;
        }
        DrawSlots();
        int half = size.RoomSize / 2;
        _agent = new Pose((size.Columns / 2 * size.Pitch) + half, (size.Rows / 2 * size.Pitch) + half, Direction.Right);
    }

    /// <summary>The size of the level.</summary>
    public LevelSize Size => _size;

    /// <summary>The room in the middle.</summary>
    public Room Middle => new(_size.Columns / 2, _size.Rows / 2);

    /// <summary>Uniform in 0..bound − 1.</summary>
    public int Draw(int bound) => _key.IndexAt(_draws++, bound);

    /// <summary>True in half of the cases.</summary>
    public bool Toss() => Draw(2) == 0;

    /// <summary>True with a probability.</summary>
    public bool Happens(double probability) => _key.DoubleAt(_draws++) < probability;

    /// <summary>A uniform element.</summary>
    public T DrawFrom<T>(ReadOnlySpan<T> items) => items[Draw(items.Length)];

    /// <summary>Different elements, uniformly drawn, in random order.</summary>
    public T[] DrawSome<T>(ReadOnlySpan<T> items, int count)
    {
        T[] drawn = items.ToArray();
        for (int i = 0; i < count; i++)
        {
            int j = i + Draw(drawn.Length - i);
            (drawn[i], drawn[j]) = (drawn[j], drawn[i]);
        }
        return drawn[..count];
    }

    /// <summary>A uniform room: column, then row.</summary>
    public Room DrawRoom()
    {
        int column = Draw(_size.Columns);
        return new Room(column, Draw(_size.Rows));
    }

    /// <summary>A uniform colour.</summary>
    public ObjectColor DrawColor() => (ObjectColor)Draw(6);

    /// <summary>This layout will not do.</summary>
    public void Reject() => _isRejected = true;

    /// <summary>The object starts in the agent's hand; it still lies in its place when descriptors are matched.</summary>
    public void StartInHand(int number) => _startsInHand = number;

    /// <summary>The object with a number.</summary>
    public WorldObject this[int number] => _objects[number - 1];

    /// <summary>The type and colour of an object.</summary>
    public Descriptor Describe(int number) => new(this[number].Type, this[number].Color);

    /// <summary>What a descriptor matches now.</summary>
    public MatchedObjects Match(Descriptor descriptor) => MatchedObjects.Of(descriptor, Grid(), _agent, _size.RoomSize);

    /// <summary>The instruction fits the complete layout.</summary>
    /// <param name="instruction">What to do.</param>
    /// <param name="barsKeys">No descriptor may be a key in the colour of a locked door.</param>
    public bool Accepts(Instruction instruction, bool barsKeys) => !_isRejected && Fits(instruction, barsKeys);

    /// <summary>The episode's first state.</summary>
    public BabyAiState ToState(Instruction instruction, int stepLimit)
    {
        WorldGrid grid = Grid();
        BabyAiTask task = new(instruction, new WorldObjects([.. _objects]), grid, _agent, _size.RoomSize, stepLimit);
        if (_startsInHand == 0)
        {
            return BabyAiState.Start(task, grid, _agent);
        }
        int place = grid.Find(_startsInHand);
        WorldGrid taken = grid.With(place % grid.Width, place / grid.Width, Cell.Empty);
        return BabyAiState.Start(task, taken, _agent, _startsInHand, 0, grid);
    }

    private WorldGrid Grid() => new(_size.Width, _size.Height, _cells);

    private bool Fits(Instruction instruction, bool barsKeys) =>
        instruction switch
        {
            Instruction.Pair pair => Fits(pair.A, barsKeys) && Fits(pair.B, barsKeys),
            Instruction.PutNext(var moved, var stays, _) => CanBePut(moved, stays) && !(barsKeys && (IsBarred(moved) || IsBarred(stays))),
            Instruction.GoTo(var target) => !(barsKeys && IsBarred(target)),
            Instruction.Open(var target, _) => !(barsKeys && IsBarred(target)),
            Instruction.PickUp(var target, _) => !(barsKeys && IsBarred(target)),
            _ => throw new ArgumentException("Not an instruction.", nameof(instruction)),
        };

    private bool CanBePut(Descriptor moved, Descriptor stays)
    {
        WorldGrid grid = Grid();
        MatchedObjects first = Match(moved);
        MatchedObjects second = Match(stays);
        if ((first.Numbers & second.Numbers) != 0)
        {
            return false;
        }
        for (int i = 0; i < _cells.Length; i++)
        {
            if (first.Contains(_cells[i]) && second.Places.HasNeighborOf(grid, i))
            {
                return false;
            }
        }
        return true;
    }

    private bool IsBarred(Descriptor descriptor)
    {
        if (descriptor.Type != ObjectType.Key)
        {
            return false;
        }
        foreach (Cell cell in _cells)
        {
            if (cell.Type == ObjectType.Door && cell.State == DoorState.Locked && cell.Color == descriptor.Color)
            {
                return true;
            }
        }
        return false;
    }
}
