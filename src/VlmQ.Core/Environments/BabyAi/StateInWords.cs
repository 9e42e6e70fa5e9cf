using System.Text;
using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi;

/// <summary>What the agent sees and carries, in words.</summary>
internal static class StateInWords
{
    /// <summary>For example <c>You see a red ball 2 steps ahead and 1 to the left, and a wall 3 steps ahead. You carry a blue key.</c></summary>
    public static string Of(BabyAiState state)
    {
        Span<Cell> view = stackalloc Cell[PartialView.Cells];
        WorldGrid grid = state.GridBeforeTaking ?? state.Grid;
        Cell hand = state.GridBeforeTaking is null ? state.Hand : Cell.Empty;
        PartialView.Read(grid, state.Pose, hand, view);
        StringBuilder text = new();
        Cell own = grid[state.Pose.X, state.Pose.Y];
        if (own.Type != ObjectType.Empty)
        {
            text.Append($"You stand on {Name(own)}. ");
        }
        List<string> seen = ThingsIn(view);
        text.Append(seen.Count == 0 ? "You see nothing but empty floor and walls." : $"You see {string.Join(", ", seen)}.");
        text.Append(WallAhead(view));
        text.Append(hand.Type == ObjectType.Empty ? " You carry nothing." : $" You carry {Name(hand)}.");
        return text.ToString();
    }

    // Nearest rows first, each from left to right.
    private static List<string> ThingsIn(ReadOnlySpan<Cell> view)
    {
        List<string> things = [];
        for (int ahead = 0; ahead < PartialView.Size; ahead++)
        {
            for (int column = 0; column < PartialView.Size; column++)
            {
                int index = ((PartialView.Size - 1 - ahead) * PartialView.Size) + column;
                if (index != PartialView.AgentIndex && view[index].Type is not (ObjectType.Unseen or ObjectType.Empty or ObjectType.Wall))
                {
                    things.Add($"{Name(view[index])} {Where(ahead, column - PartialView.AgentColumn)}");
                }
            }
        }
        return things;
    }

    private static string WallAhead(ReadOnlySpan<Cell> view)
    {
        for (int ahead = 1; ahead < PartialView.Size; ahead++)
        {
            if (view[PartialView.AgentIndex - (ahead * PartialView.Size)].Type == ObjectType.Wall)
            {
                return $" There is a wall {Steps(ahead)} ahead.";
            }
        }
        return "";
    }

    private static string Where(int ahead, int aside)
    {
        string side = aside < 0 ? "to the left" : "to the right";
        return (ahead, aside) switch
        {
            (_, 0) => $"{Steps(ahead)} ahead",
            (0, _) => $"{Steps(Math.Abs(aside))} {side}",
            _ => $"{Steps(ahead)} ahead and {Math.Abs(aside)} {side}",
        };
    }

    private static string Steps(int count) => count == 1 ? "1 step" : $"{count} steps";

    private static string Name(Cell cell)
    {
        string thing = cell.Type switch
        {
            ObjectType.Door => $"{cell.State.ToString().ToLowerInvariant()} {MissionText.Word(cell.Color)} door",
            ObjectType.Lava => "lava",
            _ => $"{MissionText.Word(cell.Color)} {MissionText.Word(cell.Type)}",
        };
        return cell.Type == ObjectType.Lava ? thing : (thing[0] == 'o' ? "an " : "a ") + thing;
    }
}
