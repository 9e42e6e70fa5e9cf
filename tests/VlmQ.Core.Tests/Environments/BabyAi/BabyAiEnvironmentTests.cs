using VlmQ.Core.Environments;
using VlmQ.Core.Environments.BabyAi;
using VlmQ.Core.Environments.BabyAi.Levels;
using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Tests.Environments.BabyAi;

public class BabyAiEnvironmentTests
{
    private static readonly BabyAiEnvironment GoToLocal = new(Level("BabyAI-GoToLocal-v0"));

    [Fact]
    public void Every_level_is_in_the_catalog_by_id_and_by_short_name()
    {
        foreach (BabyAiLevel level in BabyAiLevels.All)
        {
            Assert.Equal(level.Id, EnvironmentCatalog.Find(level.Id).OrThrow().Id);
            Assert.Equal(level.Id, EnvironmentCatalog.Find(level.ShortName).OrThrow().Id);
        }
        Fault fault = Assert.IsType<Result<IEnvironment>.Failed>(EnvironmentCatalog.Find("babyai-gotolocl")).Fault;
        Assert.Contains("did you mean 'babyai-gotolocal'?", fault.ToString());
    }

    [Fact]
    public void An_observation_is_the_agents_view_and_the_mission()
    {
        EnvironmentState state = GoToLocal.Reset(1);
        Observation seen = GoToLocal.Observe(state);
        Assert.Equal((224, 224), (seen.Image.Width, seen.Image.Height));
        Assert.StartsWith("go to ", seen.Goal);
        Observation whole = new BabyAiEnvironment(GoToLocal.Level, BabyAiView.Full, 8).Observe(state);
        Assert.Equal((64, 64), (whole.Image.Width, whole.Image.Height));
    }

    [Fact]
    public void A_reply_without_action_lets_a_step_pass_without_reward()
    {
        // The agent looks at the ball: any action would succeed.
        BabyAiState state = Corridor(new Pose(2, 1, Direction.Right), 2);
        StepResult passed = GoToLocal.Step(state, null);
        Assert.Equal((0f, false, false), (passed.Reward, passed.Terminated, passed.Truncated));
        StepResult done = GoToLocal.Step(passed.State, "done");
        Assert.Equal((0.1f, true, true), (done.Reward, done.Terminated, done.Truncated));
        Assert.True(GoToLocal.Success([passed.Reward, done.Reward], done.Terminated));
        Assert.False(GoToLocal.Success([passed.Reward], true));
        // An unreadable reply on the way costs its penalty, not the success.
        Assert.True(GoToLocal.Success([-1, done.Reward], done.Terminated));
        Assert.Throws<ArgumentException>(() => GoToLocal.Step(done.State, "left"));
    }

    [Fact]
    public void An_unknown_action_and_a_foreign_state_are_refused()
    {
        EnvironmentState state = GoToLocal.Reset(1);
        Assert.Throws<ArgumentException>(() => GoToLocal.Step(state, "jump"));
        Assert.Throws<ArgumentException>(() => GoToLocal.Observe(new OtherState()));
    }

    [Fact]
    public void The_step_limit_without_actions_truncates()
    {
        StepResult last = GoToLocal.Step(Corridor(new Pose(1, 1, Direction.Left), 1), null);
        Assert.Equal((false, true), (last.Terminated, last.Truncated));
    }

    [Fact]
    public void Words_say_what_is_seen_and_carried()
    {
        BabyAiState state = Corridor(new Pose(1, 1, Direction.Right), 9);
        Assert.Equal("You see a red ball 2 steps ahead. There is a wall 4 steps ahead. You carry nothing.", GoToLocal.Describe(state));
        state = Corridor(new Pose(2, 1, Direction.Right), 9);
        state = (BabyAiState)BabyAiWorld.Step(state, BabyAiAction.PickUp).State;
        Assert.Equal(
            "You see nothing but empty floor and walls. There is a wall 3 steps ahead. You carry a red ball.",
            GoToLocal.Describe(state)
        );
        Assert.Equal("""{"direction":0,"agent_pos":[2,1],"carrying":"red ball","step_count":1,"max_steps":9}""", GoToLocal.Info(state));
    }

    [Fact]
    public void States_that_must_not_exist_are_refused()
    {
        BabyAiState state = Corridor(new Pose(1, 1, Direction.Right), 9);
        Assert.Throws<ArgumentException>(() => BabyAiState.Start(state.Task, state.Grid, new Pose(0, 0, Direction.Up)));
        Assert.Throws<ArgumentException>(() => BabyAiState.Start(state.Task, state.Grid, state.Pose, carrying: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => BabyAiState.Start(state.Task, state.Grid, state.Pose, steps: 9));
        Assert.Throws<ArgumentException>(() => new WorldObjects([new WorldObject(ObjectType.Wall, ObjectColor.Grey)]));
        Assert.Throws<ArgumentException>(() => new WorldObjects([new WorldObject(ObjectType.Box, ObjectColor.Red, 2)]));
        Assert.Throws<ArgumentException>(() => new WorldGrid(3, 3, new Cell[8]));
    }

    /// <summary>Four cells in a row between walls, a red ball on the third; the mission is to go to it.</summary>
    private static BabyAiState Corridor(Pose pose, int stepLimit)
    {
        Cell[] cells = new Cell[18];
        Array.Fill(cells, Cell.Wall);
        cells.AsSpan(7, 4).Fill(Cell.Empty);
        WorldObjects objects = new([new WorldObject(ObjectType.Ball, ObjectColor.Red)]);
        cells[9] = objects.CellOf(1);
        WorldGrid grid = new(6, 3, cells);
        Instruction goTo = new Instruction.GoTo(new Descriptor(ObjectType.Ball, ObjectColor.Red));
        return BabyAiState.Start(new BabyAiTask(goTo, objects, grid, pose, 6, stepLimit), grid, pose);
    }

    private static BabyAiLevel Level(string id) => BabyAiLevels.All.Single(level => level.Id == id);

    private sealed record OtherState : EnvironmentState;
}
