using VlmQ.Core.Environments;
using VlmQ.Core.Environments.BabyAi;
using VlmQ.Core.Environments.BabyAi.Levels;
using VlmQ.Core.Environments.BabyAi.World;
using VlmQ.Core.Randomness;

namespace VlmQ.Benchmarks.Env;

/// <summary>Random play of a BabyAI level on one core; an episode that ends is followed by the next, whose making is not counted.</summary>
internal sealed class BabyAiSteps(double seconds)
{
    /// <summary>Steps, each with the encoded 7 × 7 observation.</summary>
    public const string Steps = "steps";

    /// <summary>
    /// Steps, each with the encoding and the picture of what the agent sees, 224 × 224. Pictures are observed and drawn as those are that a
    /// collection encodes: into memory that the next one uses again.
    /// </summary>
    public const string AgentView = "agent view";

    /// <summary>Steps, each with the encoding and the picture of the whole grid, 32 pixels a cell.</summary>
    public const string FullView = "full view";

    /// <summary>First states.</summary>
    public const string Resets = "resets";

    private const int StepsBetweenClocks = 256;

    // Drawn before the clock runs, as the peer's are.
    private readonly BabyAiAction[] _actions = DrawActions(1 << 16);
    private readonly byte[] _image = new byte[PartialView.EncodedBytes];
    private readonly Dictionary<(BabyAiLevel, BabyAiView), BabyAiEnvironment> _drawn = [];
    private byte[] _pixels = [];
    private long _seed;

    /// <summary>Does a slice: the rate in steps or resets a CPU second.</summary>
    public double Measure(string level, string slice)
    {
        BabyAiLevel played = BabyAiLevels.All.Single(each => each.Id == $"BabyAI-{level}-v0");
        if (slice == Resets)
        {
            return Harness.Alternation.PerCpuSecond(1, seconds, () => played.Generate(_seed++));
        }
        return Play(
            played,
            slice switch
            {
                AgentView => Drawn(played, BabyAiView.Agent),
                FullView => Drawn(played, BabyAiView.Full),
                _ => null,
            }
        );
    }

    // It keeps the tiles that it has drawn, as the peer does.
    private BabyAiEnvironment Drawn(BabyAiLevel level, BabyAiView view)
    {
        if (!_drawn.TryGetValue((level, view), out BabyAiEnvironment? environment))
        {
            _drawn[(level, view)] = environment = new BabyAiEnvironment(level, view);
        }
        return environment;
    }

    private double Play(BabyAiLevel level, BabyAiEnvironment? drawn)
    {
        BabyAiState state = level.Generate(_seed++);
        long start = TimeProvider.System.GetTimestamp();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        TimeSpan resetting = TimeSpan.Zero;
        long steps = 0;
        do
        {
            for (int i = 0; i < StepsBetweenClocks; i++)
            {
                StepResult step = BabyAiWorld.Step(state, _actions[steps++ & 0xFFFF]);
                state = (BabyAiState)step.State;
                BabyAiWorld.Encode(state, _image);
                Draw(state, drawn);
                if (state.HasEnded)
                {
                    TimeSpan before = Environment.CpuUsage.TotalTime;
                    state = level.Generate(_seed++);
                    resetting += Environment.CpuUsage.TotalTime - before;
                }
            }
        } while (TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds);
        return steps / (Environment.CpuUsage.TotalTime - cpu - resetting).TotalSeconds;
    }

    private void Draw(BabyAiState state, BabyAiEnvironment? environment)
    {
        if (environment?.Observe(state).Image is not { } image)
        {
            return;
        }
        if (_pixels.Length < image.ByteCount)
        {
            _pixels = new byte[image.ByteCount];
        }
        image.CopyTo(_pixels);
    }

    private static BabyAiAction[] DrawActions(int count)
    {
        RandomCursor random = RandomKey.Of(1, "benchmark").Cursor();
        BabyAiAction[] actions = new BabyAiAction[count];
        for (int i = 0; i < count; i++)
        {
            actions[i] = (BabyAiAction)random.NextIndex(7);
        }
        return actions;
    }
}
