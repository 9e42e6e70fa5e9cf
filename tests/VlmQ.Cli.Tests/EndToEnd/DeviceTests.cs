using VlmQ.Tests.Shared;

namespace VlmQ.Cli.Tests.EndToEnd;

public class DeviceTests
{
    public static TheoryData<string> Commands { get; } =
        new()
        {
            "train x --out y",
            "eval x --env numberline",
            "collect numberline --policy model --model x --out y",
            "model chat x --image y",
            "run pipelines/numberline.yaml",
        };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_name_of_no_device_is_refused_before_anything_is_read(string command) =>
        (await RunAsync(command, "gpu")).Refused(ExitCode.Configuration, "device: 'gpu' names no device; cpu, cuda and cuda:N do");

    // Whether there is no CUDA or fewer devices, the command says so.
    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_device_that_is_not_there_is_refused_before_anything_is_read(string command) =>
        (await RunAsync(command, "cuda:4096")).Refused(ExitCode.External, "device: ", "'cuda:4096'");

    private static async Task<Outcome> RunAsync(string command, string device)
    {
        string[] words = command
            .Replace("pipelines/", Path.Combine(Repository.Root, "pipelines") + "/", StringComparison.Ordinal)
            .Split(' ');
        return await Vlmq.RunAsync([.. words, "--device", device]);
    }
}
