using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Tokenization;
using VlmQ.Models;
using VlmQ.Models.Devices;
using VlmQ.Models.Generation;
using VlmQ.Models.Vision;

namespace VlmQ.Cli.Commands.Model;

/// <summary><c>vlmq model chat</c>: asks a model about a picture.</summary>
internal static class ModelChatCommand
{
    private const int UsualLimit = 256;
    private const string Bare = "Describe this image.";

    public static Command Create()
    {
        Argument<string> model = ModelCommand.Argument();
        Option<string> image = new("--image")
        {
            Description = "The picture: PNG or JPEG.",
            HelpName = "FILE",
            Required = true,
        };
        Option<string[]> prompts = new("--prompt")
        {
            Description = "A question; may be given many times. Without it, questions are read from standard input, one a line.",
        };
        Option<string?> chat = Options.Maybe<string>("--chat", "What stands around a question; that of the model's family without it.");
        Option<string?> tokenizer = Options.Maybe<string>("--tokenizer", "A tokenizer in place of the model's own.");
        Option<double> temperature = Options.Of("--temperature", "Sampling temperature; 0 for the most probable answer.", 0.0);
        DecodingOptions decodings = new(constrains: false);
        Option<int?> replyLimit = Options.Maybe<int?>(
            "--reply-limit",
            NumberText.Of($"Most tokens of an answer; without it {UsualLimit}, or what the prompt leaves of the model's context.")
        );
        Option<long> seed = Options.Of("--seed", "The same seed gives the same answers.", 1L);
        Option<int> threads = Options.Threads();
        Option<string> device = Options.Device();
        ExampleCommand command = new(
            "chat",
            "Asks a model about a picture. Every question is answered by itself.",
            "vlmq model chat moondream2 --image card.png --prompt \"Which card is this?\""
        )
        {
            model,
            image,
            prompts,
            chat,
            tokenizer,
            temperature,
            replyLimit,
            seed,
            threads,
            device,
        };
        decodings.AddTo(command);
        command.Runs(
            (parsed, shell, token) =>
            {
                Fault? wrong =
                    parsed.AtLeast(replyLimit, 1)
                    ?? parsed.AtLeast(threads, 1)
                    ?? ComputeDevice.Refusal(parsed.GetValue(device)!)
                    ?? Invocation.Within(temperature, parsed.GetValue(temperature), 0, DecodingConfiguration.MostTemperature)
                    ?? decodings.Check(parsed);
                if (wrong is not null)
                {
                    return Task.FromResult<Result<int>>(wrong);
                }
                double warmth = parsed.GetValue(temperature);
                PlayerConfiguration how = decodings.Of(parsed) with { Temperature = warmth, Greedy = warmth == 0 };
                NamedModel named = NamedModel.Find(parsed.GetValue(model)!).OrThrow();
                TextTokenizer words = named.LoadTokenizer(parsed.GetValue(tokenizer)).OrThrow();
                ChatFormat format = Prompts.Chat(parsed.GetValue(chat) ?? named.Description.Chat).OrThrow();
                RgbImage picture = Picture(parsed.GetValue(image)!).OrThrow();
                Computing computing = new(parsed.GetValue(threads), parsed.GetValue(device)!);
                using VisionLanguageModel loaded = AnsweringModel.Load(named.Folder, words, computing, named.Base).OrThrow();
                int? limit = parsed.GetValue(replyLimit);
                Conversation conversation = new(loaded, words, format, Fitted(picture, loaded), OptionsOf, parsed.GetValue(seed));
                string[] asked = parsed.GetValue(prompts) is { Length: > 0 } given ? given : [.. Lines(shell)];
                ImmutableArray<(string Question, string Answer)> answers = conversation.Ask(asked, token);
                shell.Result(
                    new { answers = answers.Select(one => new { one.Question, one.Answer }) },
                    _ => string.Join('\n', answers.Select(one => one.Answer))
                );
                return Task.FromResult<Result<int>>(ExitCode.Done);

                GenerationOptions OptionsOf(int promptTokens) =>
                    new(how.MakeDecoding(), limit ?? Math.Clamp(named.ReplyRoom(promptTokens), 1, UsualLimit), words.EndToken)
                    {
                        RepetitionPenalty = how.RepetitionPenalty,
                    };
            }
        );
        return command;
    }

    private static Result<RgbImage> Picture(string path)
    {
        const string WayOut = "name a PNG or JPEG as --image";
        if (Directory.Exists(path))
        {
            return Fault.Configuration("is a folder", path, WayOut);
        }
        try
        {
            Result<RgbImage> decoded = PictureCodec.Decode(File.ReadAllBytes(path), path);
            return decoded is Result<RgbImage>.Failed { Fault: var wrong }
                ? new Fault(wrong.Kind, wrong.What, wrong.Where, WayOut)
                : decoded.Bind<RgbImage>(picture => Pictures.Refusal(picture.Width, picture.Height, path) is { } fault ? fault : picture);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Fault.Configuration("there is no such picture", path, WayOut);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Fault.External("cannot be read: " + error.Reason(), path, "mend its permissions, or name another picture");
        }
    }

    private static RgbImage Fitted(RgbImage picture, VisionLanguageModel model) =>
        model is { ImageWidth: { } width, ImageHeight: { } height } ? PillowResampler.Bicubic(picture, width, height) : picture;

    private static IEnumerable<string> Lines(Shell shell)
    {
        if (!Console.IsInputRedirected)
        {
            shell.Say($"one question a line, such as: {Bare} (end with Ctrl+D)");
        }
        while (Console.In.ReadLine() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return line;
            }
        }
    }
}
