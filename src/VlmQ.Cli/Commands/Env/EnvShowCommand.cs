using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Images;

namespace VlmQ.Cli.Commands.Env;

/// <summary><c>vlmq env show</c>: an environment as an episode begins.</summary>
internal static class EnvShowCommand
{
    public static Command Create()
    {
        EnvironmentOption environment = new();
        Option<long> seed = Options.Of("--seed", "Which episode.", 1L);
        Option<string?> output = new("--out") { Description = "A file for the picture, as PNG.", HelpName = "FILE.png" };
        ExampleCommand command = new(
            "show",
            "Shows what an agent sees at the beginning of an episode, in words and, in a terminal, as a picture.",
            "vlmq env show blackjack --seed 3 --out blackjack.png"
        )
        {
            seed,
            output,
        };
        environment.AddTo(command);
        command.Runs(
            async (parsed, shell, token) =>
            {
                IEnvironment found = environment.Of(parsed).OrThrow();
                EnvironmentState state = found.Reset(parsed.GetValue(seed));
                Observation observation = found.Observe(state);
                string? file = parsed.GetValue(output);
                if (Directory.Exists(file))
                {
                    return Fault.Configuration("is a folder", file, "name a file for --out, such as picture.png");
                }
                if (file is not null && !file.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
                {
                    return Fault.Configuration("the picture is written as PNG", file, "name a file for --out that ends with .png");
                }
                if (file is not null)
                {
                    await WriteAsync(file, PictureCodec.Encode(observation.Image), token).ConfigureAwait(false);
                }
                shell.Result(
                    new
                    {
                        env = found.Id,
                        seed = parsed.GetValue(seed),
                        observation.Goal,
                        text = found.Describe(state),
                        found.Actions,
                        picture = file,
                    },
                    shown =>
                        $"{shown.env}, seed {shown.seed}\ngoal: {shown.Goal}\nstate: {shown.text}\nactions: {string.Join("  ", shown.Actions)}\n"
                        + (file is null ? "" : $"picture: {file}\n")
                        + (shell.DrawsPictures ? HalfBlocks.Draw(observation.Image, HalfBlocks.UsualWidth) : "")
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static async Task WriteAsync(string file, ImmutableArray<byte> png, CancellationToken token)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }
        await File.WriteAllBytesAsync(file, png.AsMemory(), token).ConfigureAwait(false);
    }
}
