using System.Collections.Immutable;
using System.Text.RegularExpressions;
using VlmQ.Core.Environments.BabyAi;
using VlmQ.Core.Environments.BabyAi.Levels;
using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Tests.Environments.BabyAi;

/// <summary>What many resets of a level look like, counted as in <c>level-stats.json</c>.</summary>
internal sealed partial class LevelSample
{
    private readonly Dictionary<string, Dictionary<string, double>> _counts = [];

    public LevelSample(BabyAiLevel level, int resets)
    {
        for (int seed = 0; seed < resets; seed++)
        {
            BabyAiState state = level.Generate(seed, out int rejected);
            Rejected.Add(rejected);
            Count("max_steps", state.Task.StepLimit.ToString());
            CountObjects(state);
            CountAgent(state, level.Size);
            CountMission(state);
        }
    }

    public List<double> Rejected { get; } = [];

    public List<double> Matches { get; } = [];

    public List<double> Distances { get; } = [];

    public IReadOnlyDictionary<string, double> this[string table] => _counts.TryGetValue(table, out var counts) ? counts : [];

    [GeneratedRegex("red|green|blue|purple|yellow|grey")]
    private static partial Regex Color();

    [GeneratedRegex("box|ball|key|door|object")]
    private static partial Regex Type();

    private void Count(string table, string value)
    {
        Dictionary<string, double> counts = _counts.TryGetValue(table, out var known) ? known : _counts[table] = [];
        counts[value] = counts.GetValueOrDefault(value) + 1;
    }

    private void CountObjects(BabyAiState state)
    {
        (int objects, int doors, int locked) = (0, 0, 0);
        for (int i = 0; i < state.Grid.Cells.Length; i++)
        {
            Cell cell = state.Grid.Cells[i];
            if (cell.Type == ObjectType.Door)
            {
                doors++;
                locked += cell.State == DoorState.Locked ? 1 : 0;
                Count("door_color_fraction", MissionText.Word(cell.Color));
                Count("door_state_fraction", cell.State.ToString().ToLowerInvariant());
            }
            else if (cell.Number > 0)
            {
                objects++;
                CountObject(cell.Type, cell.Color);
                Count("object_cell_single_room", $"{i % state.Grid.Width},{i / state.Grid.Width}");
            }
        }
        if (state.Carrying > 0)
        {
            objects++;
            CountObject(state.Hand.Type, state.Hand.Color);
        }
        Count("objects_per_level", objects.ToString());
        Count("doors_per_level", doors.ToString());
        Count("locked_doors_per_level", locked.ToString());
    }

    private void CountObject(ObjectType type, ObjectColor color)
    {
        Count("object_type_fraction", MissionText.Word(type));
        Count("object_color_fraction", MissionText.Word(color));
    }

    private void CountAgent(BabyAiState state, LevelSize size)
    {
        (int x, int y) = (state.Pose.X, state.Pose.Y);
        Count("agent_dir_fraction", ((int)state.Pose.Direction).ToString());
        Count("agent_room_fraction", $"{x / size.Pitch},{y / size.Pitch}");
        Count("agent_cell_in_room", $"{x % size.Pitch},{y % size.Pitch}");
    }

    private void CountMission(BabyAiState state)
    {
        Count("templates", Type().Replace(Color().Replace(state.Task.Mission, "{color}"), "{type}"));
        Count("tree_shapes", Shape(state.Task.Instruction));
        foreach ((Descriptor descriptor, MatchedObjects matched) in state.Task.Verifier.Targets)
        {
            Count("descriptor_type_fraction", descriptor.Type is { } type ? MissionText.Word(type) : "None");
            Count("descriptor_color_fraction", descriptor.Color is { } color ? MissionText.Word(color) : "None");
            Count("descriptor_loc_fraction", descriptor.Place is { } place ? place.ToString().ToLowerInvariant() : "None");
            ImmutableArray<int> places =
            [
                .. Enumerable
                    .Range(0, state.Grid.Cells.Length)
                    .Where(i => matched.Places.Contains(i) && state.Grid.Cells[i].Type != ObjectType.Wall),
            ];
            Matches.Add(places.Length);
            Distances.Add(
                places.Min(i => Math.Abs((i % state.Grid.Width) - state.Pose.X) + Math.Abs((i / state.Grid.Width) - state.Pose.Y))
            );
        }
    }

    private static string Shape(Instruction instruction) =>
        instruction is Instruction.Pair pair
            ? $"{instruction.GetType().Name}({Shape(pair.A)},{Shape(pair.B)})"
            : instruction.GetType().Name;
}
