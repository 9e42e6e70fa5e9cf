using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Importing.Chat;

/// <summary>Reads a conversation of either form. A pure function of its text and of where rewards stand.</summary>
internal static class ChatReader
{
    private const string GiveRewards =
        "write `reward` beside each reply or once beside the conversation, name the key that has it with --reward-field";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = ImportLimits.JsonDepth };

    /// <summary>The form of a conversation; null where it is neither.</summary>
    /// <exception cref="FaultException">It is not JSON.</exception>
    public static ImportFormat? FormatOf(JsonText text)
    {
        using JsonDocument document = Parse(text);
        JsonFields line = new(document.RootElement, text.Where);
        return line.Has(KeyOf(ImportFormat.Openai)) ? ImportFormat.Openai
            : line.Has(KeyOf(ImportFormat.Llava)) ? ImportFormat.Llava
            : null;
    }

    /// <summary>The conversation, or why it cannot be used.</summary>
    /// <param name="text">Its JSON.</param>
    /// <param name="format">Its form.</param>
    /// <param name="rewards">Where rewards stand.</param>
    /// <param name="fallbackId">Its id where it has none.</param>
    /// <exception cref="FaultException">It is not JSON: the file is damaged.</exception>
    public static Result<EpisodeDraft> Read(JsonText text, ImportFormat format, RewardRule rewards, string fallbackId)
    {
        using JsonDocument document = Parse(text);
        try
        {
            JsonFields line = new(document.RootElement, text.Where);
            if (!line.Has(KeyOf(format)))
            {
                return Fault.Data(
                    $"it has no '{KeyOf(format)}'",
                    text.Where,
                    "import conversations of different forms one after the other"
                );
            }
            return format == ImportFormat.Openai ? OpenAiChat.Read(line, rewards, fallbackId) : LlavaChat.Read(line, rewards, fallbackId);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
        // Escapes that stand for no character, such as half a surrogate pair.
        catch (InvalidOperationException exception)
        {
            return Fault.Data(exception.Reason(), text.Where);
        }
    }

    /// <summary>A draft of what was assembled, with what stands beside the messages.</summary>
    public static EpisodeDraft Draft(JsonFields line, RewardRule rewards, string fallbackId, TurnAssembler turns)
    {
        (var made, DraftObservation? final) = turns.End();
        (double?[]? each, double? end) = RewardsBeside(line, rewards, made.Length);
        if (each is not null)
        {
            made =
            [
                .. made.Select(
                    (turn, i) =>
                        turn.Reward is null || each[i] is null
                            ? turn with
                            {
                                Reward = turn.Reward ?? each[i],
                            }
                            : throw new FaultException(
                                Fault.Data("it has rewards beside its replies and a list of rewards as well", line.Where)
                            )
                ),
            ];
        }
        return new EpisodeDraft
        {
            Where = line.Where,
            Id = line.Label("id") is { Length: > 0 } id ? id : fallbackId,
            Environment = line.Text("env"),
            Policy = line.Text("policy"),
            Seed = line.Whole("seed") ?? 0,
            Success = line.Flag("success"),
            Turns = made,
            Final = final,
            EndReward = end,
            Terminated = line.Flag("terminated"),
            Truncated = line.Flag("truncated"),
            GiveRewards = GiveRewards,
        };
    }

    /// <summary>A reply, with what stands beside it.</summary>
    public static void Reply(TurnAssembler turns, JsonFields message, string reply, JsonFields line, RewardRule rewards)
    {
        string reward = rewards.Field ?? "reward";
        turns.Assistant(
            reply,
            message.Has("action") ? message.Text("action") : ReplyAction.In(reply),
            message.Find(reward) is { } value ? message.Number(value, reward) : null,
            message.Object("info") ?? line.Object("info") ?? "{}"
        );
    }

    private static string KeyOf(ImportFormat format) => format == ImportFormat.Openai ? "messages" : "conversations";

    // A number beside the conversation is what the whole earned; a list has a number or null for each reply.
    private static (double?[]? Each, double? End) RewardsBeside(JsonFields line, RewardRule rewards, int turns)
    {
        double?[]? each = null;
        double? end = null;
        foreach (string name in rewards.Field is { } field ? (ReadOnlySpan<string>)[field] : ["reward", "rewards"])
        {
            switch (line.Find(name))
            {
                case { ValueKind: JsonValueKind.Array }:
                    each = [.. line.List(name).Select(value => line.Number(value, name))];
                    if (each.Length != turns)
                    {
                        throw new FaultException(Fault.Data($"'{name}' has {each.Length} rewards for {turns} replies", line.Where));
                    }
                    break;
                case { } value:
                    end = line.Number(value, name);
                    break;
            }
        }
        return (each, end);
    }

    private static JsonDocument Parse(JsonText text)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(text.Utf8, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new FaultException(Fault.Data("it is no JSON object", text.Where, "give one conversation a line"));
        }
        catch (JsonException exception)
        {
            throw new FaultException(
                Fault.Data(
                    $"it is not valid JSON: {exception.Reason()}",
                    text.Where,
                    "mend the file; one conversation a line, or one JSON array"
                ),
                exception
            );
        }
    }
}
