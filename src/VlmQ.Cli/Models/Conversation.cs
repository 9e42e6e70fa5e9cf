using System.Collections.Immutable;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;
using VlmQ.Datasets.Tokenization;
using VlmQ.Models;
using VlmQ.Models.Generation;

namespace VlmQ.Cli.Models;

/// <summary>Questions to a model about one picture, each answered by itself.</summary>
/// <param name="model">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="format">What stands around a question.</param>
/// <param name="picture">The picture.</param>
/// <param name="options">How an answer is made to a prompt of so many tokens.</param>
/// <param name="seed">Decides what is drawn.</param>
internal sealed class Conversation(
    VisionLanguageModel model,
    TextTokenizer tokenizer,
    ChatFormat format,
    RgbImage picture,
    Func<int, GenerationOptions> options,
    long seed
)
{
    /// <summary>Answers questions, one after the other.</summary>
    public ImmutableArray<(string Question, string Answer)> Ask(IReadOnlyList<string> questions, CancellationToken token)
    {
        ImmutableArray<(string, string)>.Builder answers = ImmutableArray.CreateBuilder<(string, string)>();
        for (int i = 0; i < questions.Count; i++)
        {
            ReadOnlyMemory<int> prompt = tokenizer.Encode(format.Wrap(format.Harmless(questions[i]))).AsMemory();
            GeneratedReply reply = ReplyGenerator.Generate(
                model,
                PromptBatch.Of([(picture, prompt)]),
                options(prompt.Length),
                [RandomKey.Of(seed, "chat", i)],
                cancellation: token
            )[0];
            answers.Add((questions[i], tokenizer.DecodePlain(reply.TokenIds.AsSpan()).Trim()));
        }
        return answers.ToImmutable();
    }
}
