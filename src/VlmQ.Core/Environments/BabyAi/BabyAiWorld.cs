using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi;

/// <summary>The rules that all levels share (environments.md §3–5).</summary>
public static class BabyAiWorld
{
    private const double StepPenalty = 0.9;

    /// <summary>One step.</summary>
    /// <param name="state">A state that has not ended.</param>
    /// <param name="action">The action; null lets a step pass in which nothing moves and nothing is verified.</param>
    /// <exception cref="ArgumentException">The episode has ended, or there is no such action.</exception>
    public static StepResult Step(BabyAiState state, BabyAiAction? action)
    {
        if (state.HasEnded)
        {
            throw new ArgumentException("The episode has ended.", nameof(state));
        }
        int steps = state.Steps + 1;
        bool truncated = steps >= state.Task.StepLimit;
        BabyAiState moved = state with { Steps = steps, GridBeforeTaking = null, HasEnded = truncated };
        if (action is not { } taken)
        {
            return new StepResult(moved, 0, false, truncated);
        }
        Cell entered = Cell.Empty;
        moved = taken switch
        {
            BabyAiAction.Left => moved with { Pose = state.Pose with { Direction = state.Pose.Direction.Counterclockwise() } },
            BabyAiAction.Right => moved with { Pose = state.Pose with { Direction = state.Pose.Direction.Clockwise() } },
            BabyAiAction.Forward => Forward(moved, out entered),
            BabyAiAction.PickUp => PickUp(moved),
            BabyAiAction.Drop => Drop(moved),
            BabyAiAction.Toggle => Toggle(moved),
            BabyAiAction.Done => moved,
            _ => throw new ArgumentException($"{action} is not an action.", nameof(action)),
        };
        Verdict verdict = Verify(state, ref moved, taken);
        // The verifier has the last word: it turns entering lava into a success where it says so.
        bool succeeded = verdict == Verdict.Success || (verdict == Verdict.Continue && entered.Type == ObjectType.Goal);
        bool terminated = verdict != Verdict.Continue || entered.Type is ObjectType.Goal or ObjectType.Lava;
        double reward = succeeded ? 1 - (StepPenalty * ((double)steps / state.Task.StepLimit)) : 0;
        return new StepResult(moved with { HasEnded = terminated || truncated }, (float)reward, terminated, truncated);
    }

    /// <summary>Encodes what the agent sees: 147 bytes, see <see cref="PartialView.Encode"/>.</summary>
    public static void Encode(BabyAiState state, Span<byte> image) =>
        PartialView.Encode(
            state.GridBeforeTaking ?? state.Grid,
            state.Pose,
            state.GridBeforeTaking is null ? state.Hand : Cell.Empty,
            image
        );

    private static Verdict Verify(BabyAiState before, ref BabyAiState after, BabyAiAction action)
    {
        if (action == BabyAiAction.Drop)
        {
            after = after with { Tracked = after.Tracked.RefreshedIn(after.Grid, after.Task.Verifier) };
        }
        int front = after.Grid.Contains(after.Pose.FrontX, after.Pose.FrontY)
            ? after.Grid.IndexOf(after.Pose.FrontX, after.Pose.FrontY)
            : -1;
        uint progress = after.Progress;
        VerifiedStep step = new(action, after.Grid, front, before.Carrying, after.Carrying, after.Tracked.Places);
        Verdict verdict = after.Task.Verifier.Verify(step, ref progress);
        after = after with { Progress = progress };
        return verdict;
    }

    private static BabyAiState Forward(BabyAiState state, out Cell entered)
    {
        Cell front = state.Grid[state.Pose.FrontX, state.Pose.FrontY];
        entered = front.CanBeEntered ? front : Cell.Empty;
        return front.CanBeEntered ? state with { Pose = state.Pose with { X = state.Pose.FrontX, Y = state.Pose.FrontY } } : state;
    }

    private static BabyAiState PickUp(BabyAiState state)
    {
        Cell front = state.Grid[state.Pose.FrontX, state.Pose.FrontY];
        return front.CanBePickedUp && state.Carrying == 0 ? WithFront(state, Cell.Empty) with { Carrying = front.Number } : state;
    }

    private static BabyAiState Drop(BabyAiState state)
    {
        Cell front = state.Grid[state.Pose.FrontX, state.Pose.FrontY];
        return front.Type == ObjectType.Empty && state.Carrying != 0 ? WithFront(state, state.Hand) with { Carrying = 0 } : state;
    }

    private static BabyAiState Toggle(BabyAiState state)
    {
        Cell front = state.Grid[state.Pose.FrontX, state.Pose.FrontY];
        return front.Type switch
        {
            ObjectType.Box => WithFront(state, state.Task.Objects.CellOf(state.Task.Objects[front.Number].Contents)),
            ObjectType.Door when front.State == DoorState.Locked => HasKeyOf(state, front.Color)
                ? WithFront(state, front.With(DoorState.Open))
                : state,
            ObjectType.Door => WithFront(state, front.With(front.State == DoorState.Open ? DoorState.Closed : DoorState.Open)),
            _ => state,
        };
    }

    private static bool HasKeyOf(BabyAiState state, ObjectColor color) => state.Hand.Type == ObjectType.Key && state.Hand.Color == color;

    private static BabyAiState WithFront(BabyAiState state, Cell cell) =>
        state with
        {
            Grid = state.Grid.With(state.Pose.FrontX, state.Pose.FrontY, cell),
        };
}
