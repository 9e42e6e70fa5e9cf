namespace VlmQ.Core.Environments.BabyAi.World;

/// <summary>
/// One cell of the grid in 16 bits: what it shows (type, colour, door state: 9 bits, the <see cref="Code"/>) and which object it is (its
/// number in <see cref="WorldObjects"/>, 7 bits; 0 for empty cells and walls).
/// </summary>
/// <param name="Bits">Bits 0–3 type, 4–6 colour, 7–8 door state, 9–15 object number.</param>
public readonly record struct Cell(ushort Bits)
{
    /// <summary>How many values <see cref="Code"/> can take.</summary>
    public const int Codes = 1 << 9;

    private const int ColorShift = 4;
    private const int StateShift = 7;
    private const int NumberShift = 9;

    /// <param name="type">What it is.</param>
    /// <param name="color">Its colour; red for what has none.</param>
    /// <param name="state">How it stands; <see cref="DoorState.Open"/> for all but doors.</param>
    /// <param name="number">The object's number, 0..127; 0 for what is no object.</param>
    public Cell(ObjectType type, ObjectColor color, DoorState state, int number)
        : this((ushort)((int)type | ((int)color << ColorShift) | ((int)state << StateShift) | (number << NumberShift)))
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, WorldObjects.MostObjects);
    }

    /// <summary>Nothing there: (1, 0, 0).</summary>
    public static Cell Empty { get; } = new(ObjectType.Empty, ObjectColor.Red, DoorState.Open, 0);

    /// <summary>A wall: (2, 5, 0).</summary>
    public static Cell Wall { get; } = new(ObjectType.Wall, ObjectColor.Grey, DoorState.Open, 0);

    /// <summary>Not in sight: (0, 0, 0).</summary>
    public static Cell Unseen { get; } = new(0);

    /// <summary>What it is.</summary>
    public ObjectType Type => (ObjectType)(Bits & 0xF);

    /// <summary>Its colour.</summary>
    public ObjectColor Color => (ObjectColor)((Bits >> ColorShift) & 7);

    /// <summary>How the door stands.</summary>
    public DoorState State => (DoorState)((Bits >> StateShift) & 3);

    /// <summary>The object's number, 0 for what is no object.</summary>
    public int Number => Bits >> NumberShift;

    /// <summary>What it shows: the bits of type, colour and state, below <see cref="Codes"/>.</summary>
    public int Code => Bits & (Codes - 1);

    /// <summary>A wall or a door that is not open.</summary>
    public bool BlocksSight => Type == ObjectType.Wall || (Type == ObjectType.Door && State != DoorState.Open);

    /// <summary>Empty, floor, goal, lava or an open door.</summary>
    public bool CanBeEntered =>
        Type is ObjectType.Empty or ObjectType.Floor or ObjectType.Goal or ObjectType.Lava
        || (Type == ObjectType.Door && State == DoorState.Open);

    /// <summary>A key, a ball or a box.</summary>
    public bool CanBePickedUp => Type is ObjectType.Key or ObjectType.Ball or ObjectType.Box;

    /// <summary>The same door in another state.</summary>
    public Cell With(DoorState state) => new(Type, Color, state, Number);
}
