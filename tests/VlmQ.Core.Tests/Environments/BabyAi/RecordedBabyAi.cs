using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using VlmQ.Core.Environments.BabyAi;
using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;
using VlmQ.Tests.Shared;

namespace VlmQ.Core.Tests.Environments.BabyAi;

/// <summary>Reads the states and instructions of the golden data. Object n of a recorded state has number n + 1 here.</summary>
internal static class RecordedBabyAi
{
    /// <summary>Every golden trace.</summary>
    public static IEnumerable<JsonElement> Traces()
    {
        using FileStream file = File.OpenRead(Fixtures.PathOf("babyai", "traces.jsonl.gz"));
        using GZipStream unzipped = new(file, CompressionMode.Decompress);
        using StreamReader reader = new(unzipped);
        while (reader.ReadLine() is { } line)
        {
            yield return JsonDocument.Parse(line).RootElement;
        }
    }

    /// <summary>The state of a trace right after reset.</summary>
    public static BabyAiState Start(JsonElement trace)
    {
        JsonElement initial = trace.GetProperty("initial");
        JsonElement instruction = trace.GetProperty("instr");
        BabyAiState plain = State(initial, InstructionOf(instruction));
        if (plain.Carrying == 0)
        {
            return plain;
        }
        // The descriptors matched before the object moved into the hand; its old place is among the matches.
        JsonElement place = Matches(instruction).First(match => match.GetProperty("id").GetInt32() == plain.Carrying - 1);
        (int x, int y) = (place.GetProperty("pos")[0].GetInt32(), place.GetProperty("pos")[1].GetInt32());
        WorldGrid before = plain.Grid.With(x, y, plain.Hand);
        BabyAiTask task = new(plain.Task.Instruction, plain.Task.Objects, before, plain.Pose, plain.Task.RoomSize, plain.Task.StepLimit);
        bool shownBefore = trace.GetProperty("level").GetString() != "custom";
        return BabyAiState.Start(task, plain.Grid, plain.Pose, plain.Carrying, 0, shownBefore ? before : null);
    }

    /// <summary>A recorded state under an instruction.</summary>
    public static BabyAiState State(JsonElement state, Instruction instruction)
    {
        WorldObjects objects = ObjectsOf(state);
        WorldGrid grid = GridOf(state, objects);
        JsonElement at = state.GetProperty("agent_pos");
        Pose pose = new(at[0].GetInt32(), at[1].GetInt32(), (Direction)state.GetProperty("agent_dir").GetInt32());
        int limit = state.GetProperty("max_steps").GetInt32();
        BabyAiTask task = new(instruction, objects, grid, pose, state.GetProperty("room_size").GetInt32(), limit);
        int carrying = state.GetProperty("carrying") is { ValueKind: JsonValueKind.Number } id ? id.GetInt32() + 1 : 0;
        return BabyAiState.Start(task, grid, pose, carrying, state.GetProperty("step_count").GetInt32());
    }

    /// <summary>A recorded instruction.</summary>
    public static Instruction InstructionOf(JsonElement node)
    {
        bool strict = node.TryGetProperty("strict", out JsonElement flag) && flag.GetBoolean();
        return node.GetProperty("kind").GetString() switch
        {
            "GoTo" => new Instruction.GoTo(DescriptorOf(node.GetProperty("desc"))),
            "Open" => new Instruction.Open(DescriptorOf(node.GetProperty("desc")), strict),
            "PickUp" => new Instruction.PickUp(DescriptorOf(node.GetProperty("desc")), strict),
            "PutNext" => new Instruction.PutNext(DescriptorOf(node.GetProperty("move")), DescriptorOf(node.GetProperty("fixed")), strict),
            "And" => new Instruction.And(InstructionOf(node.GetProperty("a")), InstructionOf(node.GetProperty("b"))),
            "Before" => new Instruction.Before(InstructionOf(node.GetProperty("a")), InstructionOf(node.GetProperty("b")), strict),
            "After" => new Instruction.After(InstructionOf(node.GetProperty("a")), InstructionOf(node.GetProperty("b")), strict),
            var kind => throw new InvalidDataException($"unknown kind {kind}"),
        };
    }

    /// <summary>The recorded descriptors with what they matched, in the order of the words.</summary>
    public static IEnumerable<JsonElement> Descriptors(JsonElement node)
    {
        foreach (string name in new[] { "desc", "move", "fixed" })
        {
            if (node.TryGetProperty(name, out JsonElement descriptor))
            {
                yield return descriptor;
            }
        }
        foreach (string side in new[] { "a", "b" })
        {
            if (node.TryGetProperty(side, out JsonElement part))
            {
                foreach (JsonElement descriptor in Descriptors(part))
                {
                    yield return descriptor;
                }
            }
        }
    }

    /// <summary>The grid's cells, byte by byte as recorded: <c>((x · height) + y) · 3 + k</c>.</summary>
    public static byte[] Encoded(WorldGrid grid)
    {
        byte[] bytes = new byte[grid.Width * grid.Height * 3];
        for (int x = 0; x < grid.Width; x++)
        {
            for (int y = 0; y < grid.Height; y++)
            {
                Cell cell = grid[x, y];
                int at = ((x * grid.Height) + y) * 3;
                (bytes[at], bytes[at + 1], bytes[at + 2]) = ((byte)cell.Type, (byte)cell.Color, (byte)cell.State);
            }
        }
        return bytes;
    }

    private static IEnumerable<JsonElement> Matches(JsonElement instruction) =>
        Descriptors(instruction).SelectMany(descriptor => descriptor.GetProperty("match").EnumerateArray());

    private static Descriptor DescriptorOf(JsonElement node) =>
        new(
            node.GetProperty("type").GetString() is { } type ? Enum.Parse<ObjectType>(type, ignoreCase: true) : null,
            node.GetProperty("color").GetString() is { } color ? Enum.Parse<ObjectColor>(color, ignoreCase: true) : null,
            node.GetProperty("loc").GetString() is { } place ? Enum.Parse<Place>(place, ignoreCase: true) : null
        );

    private static WorldObjects ObjectsOf(JsonElement state)
    {
        JsonElement[] recorded = [.. state.GetProperty("objects").EnumerateArray().OrderBy(each => each.GetProperty("id").GetInt32())];
        return new WorldObjects([
            .. recorded.Select(each => new WorldObject(
                Enum.Parse<ObjectType>(each.GetProperty("type").GetString()!, ignoreCase: true),
                Enum.Parse<ObjectColor>(each.GetProperty("color").GetString()!, ignoreCase: true),
                each.TryGetProperty("contains", out JsonElement held) && held.ValueKind == JsonValueKind.Number ? held.GetInt32() + 1 : 0
            )),
        ]);
    }

    private static WorldGrid GridOf(JsonElement state, WorldObjects objects)
    {
        int width = state.GetProperty("width").GetInt32();
        int height = state.GetProperty("height").GetInt32();
        byte[] bytes = state.GetProperty("grid").GetBytesFromBase64();
        Cell[] cells = new Cell[width * height];
        for (int x = 0; x < width; x++)
        {
            for (int y = 0; y < height; y++)
            {
                ReadOnlySpan<byte> triple = bytes.AsSpan(((x * height) + y) * 3, 3);
                cells[(y * width) + x] = new Cell((ObjectType)triple[0], (ObjectColor)triple[1], (DoorState)triple[2], 0);
            }
        }
        foreach (JsonElement each in state.GetProperty("objects").EnumerateArray())
        {
            if (each.GetProperty("pos") is { ValueKind: JsonValueKind.Array } at)
            {
                int number = each.GetProperty("id").GetInt32() + 1;
                ref Cell cell = ref cells[(at[1].GetInt32() * width) + at[0].GetInt32()];
                Assert.Equal(objects[number].Type, cell.Type);
                cell = new Cell(cell.Type, cell.Color, cell.State, number);
            }
        }
        return new WorldGrid(width, height, cells);
    }
}
