using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VlmQ.Core.Environments.BabyAi.Bot;
using VlmQ.Core.Environments.BabyAi.Levels;
using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.Rendering;
using VlmQ.Core.Environments.BabyAi.World;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Environments.BabyAi;

/// <summary>
/// One level of BabyAI (Minigrid, commit 90928729): the agent walks, carries and opens to do what its mission says. The mission is the
/// observation's goal.
/// </summary>
public sealed class BabyAiEnvironment : IEnvironment, IHasExpert
{
    private static readonly ImmutableArray<string> ActionNames = ["left", "right", "forward", "pickup", "drop", "toggle", "done"];

    private readonly BabyAiRenderer _renderer;
    private readonly BabyAiView _view;

    /// <param name="level">The level.</param>
    /// <param name="view">Which picture observations hold.</param>
    /// <param name="tileSize">Pixels along the side of a cell in pictures.</param>
    public BabyAiEnvironment(BabyAiLevel level, BabyAiView view = BabyAiView.Agent, int tileSize = BabyAiRenderer.DefaultTileSize)
    {
        ArgumentNullException.ThrowIfNull(level);
        Level = level;
        _view = view;
        _renderer = new BabyAiRenderer(tileSize);
    }

    /// <summary>The level.</summary>
    public BabyAiLevel Level { get; }

    /// <inheritdoc/>
    public string Id => Level.Id;

    /// <inheritdoc/>
    public ImmutableArray<string> Actions => ActionNames;

    /// <inheritdoc/>
    public int StepLimit => Level.LargestStepLimit;

    /// <inheritdoc/>
    public EnvironmentState Reset(long seed) => Level.Generate(seed);

    /// <inheritdoc/>
    public StepResult Step(EnvironmentState state, string? action)
    {
        if (action is null)
        {
            return BabyAiWorld.Step(Of(state), null);
        }
        int index = ActionNames.IndexOf(action);
        return index >= 0
            ? BabyAiWorld.Step(Of(state), (BabyAiAction)index)
            : throw new ArgumentException($"'{action}' is not an action of {Id}.", nameof(action));
    }

    /// <inheritdoc/>
    public Observation Observe(EnvironmentState state) =>
        new(_view == BabyAiView.Full ? _renderer.FullView(Of(state)) : _renderer.AgentView(Of(state)), Of(state).Task.Mission, "");

    /// <summary>The action of <see cref="BabyAiExpert"/>, which knows the whole grid.</summary>
    public string Advise(EnvironmentState state) => ActionNames[(int)BabyAiExpert.Advise(Of(state))];

    /// <inheritdoc/>
    public string Describe(EnvironmentState state) => StateInWords.Of(Of(state));

    /// <summary>The direction, as in the reference's observation, and for the reader the place, the hand and the steps so far.</summary>
    public string Info(EnvironmentState state)
    {
        BabyAiState of = Of(state);
        return new JsonObject
        {
            ["direction"] = (int)of.Pose.Direction,
            ["agent_pos"] = new JsonArray(of.Pose.X, of.Pose.Y),
            ["carrying"] = of.Carrying == 0 ? null : $"{MissionText.Word(of.Hand.Color)} {MissionText.Word(of.Hand.Type)}",
            ["step_count"] = of.Steps,
            ["max_steps"] = of.Task.StepLimit,
        }.ToJsonString();
    }

    /// <summary>
    /// What the mission asks for: <c>go_to</c>, <c>open</c>, <c>pick_up</c> or <c>put_next</c>; of several things to do, how they are joined,
    /// outermost first: <c>and</c> (in any order), <c>then</c> ("…, then …") or <c>after</c> ("… after you …").
    /// </summary>
    public string GoalType(EnvironmentState start) =>
        Of(start).Task.Instruction switch
        {
            Instruction.GoTo => "go_to",
            Instruction.Open => "open",
            Instruction.PickUp => "pick_up",
            Instruction.PutNext => "put_next",
            Instruction.And => "and",
            Instruction.Before => "then",
            Instruction.After => "after",
            _ => throw new ArgumentException("Not an instruction.", nameof(start)),
        };

    /// <summary>
    /// The mission was done: the last step, and only that of a mission that is done, is rewarded. What unreadable replies cost on the way
    /// lowers the return and does not undo the mission.
    /// </summary>
    public bool Success(ReadOnlySpan<float> rewards, bool terminated) => terminated && rewards[^1] > 0;

    private static BabyAiState Of(EnvironmentState state) =>
        state as BabyAiState ?? throw new ArgumentException("Not a state of BabyAI.", nameof(state));
}
