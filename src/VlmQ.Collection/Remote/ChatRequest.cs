using System.Text.Json;
using VlmQ.Collection.Policies;
using VlmQ.Core.Prompting;

namespace VlmQ.Collection.Remote;

/// <summary>The body of a request for one reply: one message of the user, words and picture in the prompt's order.</summary>
internal static class ChatRequest
{
    /// <summary>Characters a token and pixels a token, as endpoints count them roughly.</summary>
    private const int CharactersAToken = 4;

    private const int PixelsAToken = 750;

    public static byte[] Write(RemoteModel model, PolicyRequest request, byte[] png)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("model", model.Name);
            writer.WriteStartArray("messages");
            writer.WriteStartObject();
            writer.WriteString("role", "user");
            writer.WriteStartArray("content");
            string[] words = request.Prompt.Split(PromptTemplate.ImagePlaceholder, 2);
            WriteText(writer, words[0]);
            if (words.Length > 1)
            {
                WritePicture(writer, png);
                WriteText(writer, words[1]);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
            // The older name of the limit, which every server knows.
            writer.WriteNumber("max_tokens", model.ReplyLimit);
            if (model.Temperature is { } temperature)
            {
                writer.WriteNumber("temperature", temperature);
            }
            writer.WriteNumber("seed", (int)(request.Key.UInt64At(0) >> 33));
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <summary>About as many tokens as the request and the longest reply take.</summary>
    public static int TokensOf(RemoteModel model, PolicyRequest request) =>
        (request.Prompt.Length / CharactersAToken)
        + (request.Observation.Image.Width * request.Observation.Image.Height / PixelsAToken)
        + model.ReplyLimit;

    private static void WriteText(Utf8JsonWriter writer, string text)
    {
        if (text.Length > 0)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "text");
            writer.WriteString("text", text);
            writer.WriteEndObject();
        }
    }

    private static void WritePicture(Utf8JsonWriter writer, byte[] png)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "image_url");
        writer.WriteStartObject("image_url");
        writer.WriteString("url", "data:image/png;base64," + Convert.ToBase64String(png));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
