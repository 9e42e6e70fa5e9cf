using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Importing.Chat;

/// <summary>
/// <c>conversations</c> with <c>from</c>, which is human (or user), gpt (or assistant) or system, and <c>value</c>; beside them
/// <c>image</c>, a path or a list of paths that <c>&lt;image&gt;</c> in the words of the user stand for. A picture stays in sight for the
/// turns after the one that names it.
/// </summary>
internal static class LlavaChat
{
    /// <summary>The conversation.</summary>
    /// <exception cref="FaultException">It cannot be used.</exception>
    public static EpisodeDraft Read(JsonFields line, RewardRule rewards, string fallbackId)
    {
        if (line.Has("video"))
        {
            throw new FaultException(
                Fault.Data("it is about a video", line.Where, "write frames of it as PNG or JPEG and name those as image")
            );
        }
        TurnAssembler turns = new(line.Text("goal"), line.Where);
        List<(JsonFields Fields, string From, string Words)> messages = [];
        foreach (JsonElement element in line.List("conversations"))
        {
            string at = FormattableString.Invariant($"{line.Where}, message {messages.Count}");
            JsonFields message =
                element.ValueKind == JsonValueKind.Object
                    ? new JsonFields(element, at)
                    : throw new FaultException(Fault.Data("it is no JSON object", at));
            messages.Add((message, message.Text("from") ?? "", message.Text("value") ?? throw message.Wrong("value", "a text")));
        }
        Placeholders pictures = new(line, messages.Any(message => IsUser(message.From) && Placeholders.IsIn(message.Words)));
        foreach ((JsonFields message, string from, string words) in messages)
        {
            switch (from)
            {
                case "system":
                    turns.System(words);
                    break;
                case "human" or "user":
                    turns.User(Placeholders.Without(words), pictures.Take(Placeholders.CountIn(words)));
                    break;
                case "gpt" or "assistant":
                    ChatReader.Reply(turns, message, words, line, rewards);
                    break;
                default:
                    throw new FaultException(
                        Fault.Data($"'{from}' is none of system, human and gpt", message.Where, "leave out calls of tools and functions")
                    );
            }
        }
        pictures.End();
        return ChatReader.Draft(line, rewards, fallbackId, turns) with { CarriesImage = true };
    }

    private static bool IsUser(string from) => from is "human" or "user";
}
