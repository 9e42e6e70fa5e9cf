using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Importing.Pictures;

namespace VlmQ.Datasets.Importing.Chat;

/// <summary>
/// Conversations of <c>messages</c>: <c>role</c> is system (or developer), user or assistant, <c>content</c> a text or parts of
/// <c>text</c> and <c>image_url</c>.
/// </summary>
internal static class OpenAiChat
{
    /// <summary>The conversation.</summary>
    /// <exception cref="FaultException">It cannot be used.</exception>
    public static EpisodeDraft Read(JsonFields line, RewardRule rewards, string fallbackId)
    {
        TurnAssembler turns = new(line.Text("goal"), line.Where);
        List<(JsonFields Fields, string Role, Content Content)> messages = [];
        foreach (JsonElement element in line.List("messages"))
        {
            JsonFields message = FieldsOf(element, line.Where, messages.Count);
            messages.Add((message, message.Text("role") ?? "", ContentOf(message)));
        }
        bool beside = Placeholders.AreIn(line);
        Placeholders pictures = new(line, messages.Any(message => IsUser(message.Role) && message.Content.Places(beside) > 0));
        foreach ((JsonFields message, string role, Content content) in messages)
        {
            switch (role)
            {
                case "system" or "developer":
                    turns.System(content.Words);
                    break;
                case "user":
                    string words = beside ? Placeholders.Without(content.Words) : content.Words;
                    turns.User(words, [.. content.Pictures, .. pictures.Take(content.Places(beside))]);
                    break;
                case "assistant":
                    ChatReader.Reply(turns, message, ReplyIn(message, content), line, rewards);
                    break;
                default:
                    throw new FaultException(
                        Fault.Data(
                            $"the role '{role}' is none of system, user and assistant",
                            message.Where,
                            "leave out calls of tools and functions"
                        )
                    );
            }
        }
        pictures.End();
        return ChatReader.Draft(line, rewards, fallbackId, turns);
    }

    private static bool IsUser(string role) => role == "user";

    private static string ReplyIn(JsonFields message, Content content) =>
        message.Find("tool_calls") is { } calls && !(calls.ValueKind == JsonValueKind.Array && calls.GetArrayLength() == 0)
        || message.Has("function_call")
            ? throw new FaultException(Fault.Data("the reply calls a tool", message.Where, "leave out calls of tools and functions"))
        : !message.Has("content") ? throw new FaultException(Fault.Data("the reply has no content", message.Where))
        : content.Pictures.Count + content.Marks > 0
            ? throw new FaultException(Fault.Data("the reply has a picture in it; replies are words", message.Where))
        : content.Words;

    private static JsonFields FieldsOf(JsonElement element, string where, int index)
    {
        string at = FormattableString.Invariant($"{where}, message {index}");
        return element.ValueKind == JsonValueKind.Object
            ? new JsonFields(element, at)
            : throw new FaultException(Fault.Data("it is no JSON object", at));
    }

    private static Content ContentOf(JsonFields message)
    {
        switch (message.Find("content"))
        {
            case null:
                return new Content("", [], 0);
            case { ValueKind: JsonValueKind.String } text:
                return new Content(text.GetString()!, [], 0);
            case { ValueKind: JsonValueKind.Array } parts:
                List<string> words = [];
                List<PictureReference> pictures = [];
                int marks = 0;
                foreach (JsonElement element in parts.EnumerateArray())
                {
                    JsonFields part =
                        element.ValueKind == JsonValueKind.Object
                            ? new JsonFields(element, message.Where)
                            : throw message.Wrong("content", "a text or a list of objects with a type");
                    switch (part.Text("type"))
                    {
                        case "text" or "input_text" or "output_text":
                            words.Add(part.Text("text") ?? "");
                            break;
                        case "image_url" or "input_image" or "image":
                            marks += AddressIn(part) is { } address ? Added(pictures, address) : 1;
                            break;
                        case var type:
                            throw new FaultException(
                                Fault.Data($"a part of type '{type}' is neither text nor image_url", message.Where, "leave it out")
                            );
                    }
                }
                return new Content(string.Join('\n', words), pictures, marks);
            default:
                throw message.Wrong("content", "a text or a list of parts");
        }
    }

    private static int Added(List<PictureReference> pictures, string address)
    {
        pictures.Add(new PictureReference.Address(address));
        return 0;
    }

    // {"image_url": {"url": "…"}}, {"image_url": "…"}, {"image": "…"} or {"url": "…"}; an image without any stands for one beside the messages.
    private static string? AddressIn(JsonFields part) =>
        part.Find("image_url") switch
        {
            null when part.Has("source") => throw new FaultException(
                Fault.Data("a picture stands under 'source'", part.Where, "write it as image_url: a path, or data:image/png;base64,…")
            ),
            null => part.Text("image") ?? part.Text("url") ?? part.Text("path"),
            { ValueKind: JsonValueKind.Object } value => new JsonFields(value, part.Where).Text("url")
                ?? throw part.Wrong("image_url.url", "a text"),
            _ => part.Text("image_url"),
        };

    // Marks are parts of type image without an address of their own.
    private sealed record Content(string Words, IReadOnlyList<PictureReference> Pictures, int Marks)
    {
        /// <summary>How many pictures that stand beside the conversation it names.</summary>
        public int Places(bool beside) => Marks + (beside ? Placeholders.CountIn(Words) : 0);
    }
}
