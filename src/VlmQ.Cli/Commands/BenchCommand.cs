using System.CommandLine;
using System.Diagnostics;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq bench</c>: starts the benchmarks of the checkout that this command was built in.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        Argument<string> name = new("NAME")
        {
            Description =
                "The benchmark: convert, datasets, env, jpeg, model, model-full, model-memory, parquet, png, stream, tokenizers or train.",
        };
        Argument<string[]> rest = new("ARGUMENTS")
        {
            Description = "Arguments of the benchmark; `vlmq bench NAME -- --help` lists them.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        ExampleCommand command = new(
            "bench",
            "Measures speed as a ratio to a named peer, both measured alternately in one run.",
            "vlmq bench train -- --sizes S,M --dtypes fp32"
        )
        {
            name,
            rest,
        };
        command.Runs(
            async (parsed, shell, token) =>
            {
                string? program = Find();
                if (program is null)
                {
                    const string WayOut = "run `dotnet build VlmQ.sln -c Release` in a checkout of VlmQ, and its vlmq";
                    return Fault.Configuration("the benchmarks are not built", "tests/VlmQ.Benchmarks", WayOut);
                }
                List<string> arguments = [parsed.GetValue(name)!, .. parsed.GetValue(rest) ?? []];
                if (parsed.GetValue(Invocation.Json))
                {
                    arguments.Add("--json");
                }
                using Process process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
                await using CancellationTokenRegistration stop = token.Register(() => process.Kill(entireProcessTree: true));
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
                token.ThrowIfCancellationRequested();
                return process.ExitCode;
            }
        );
        return command;
    }

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string program = Path.Combine(folder.FullName, "tests", "VlmQ.Benchmarks", "bin", "Release", "net10.0", "VlmQ.Benchmarks");
            if (File.Exists(Path.Combine(folder.FullName, "VlmQ.sln")))
            {
                return File.Exists(program) ? program : null;
            }
        }
        return null;
    }
}
