using System.Text.Json;

namespace VlmQ.Tests.Shared.Remote;

/// <summary>What a scripted server does with a request.</summary>
internal abstract record ServerAct
{
    private ServerAct() { }

    /// <summary>Answers.</summary>
    public sealed record Answer(int Status, string Body, string Headers = "Content-Type: application/json\r\n") : ServerAct;

    /// <summary>Sends these bytes in the place of an answer and closes the connection.</summary>
    public sealed record Raw(byte[] Bytes) : ServerAct;

    /// <summary>Sends half of an answer and closes the connection.</summary>
    public sealed record Cut(string Body) : ServerAct;

    /// <summary>Closes the connection.</summary>
    public sealed record Drop : ServerAct;

    /// <summary>Sends the beginning of an answer and resets the connection.</summary>
    public sealed record Reset : ServerAct;

    /// <summary>Says nothing until the server is disposed of.</summary>
    public sealed record Hang : ServerAct;

    /// <summary>Sends a body without end.</summary>
    public sealed record Flood : ServerAct;

    /// <summary>A reply of a model, as OpenAI's chat completions write it.</summary>
    public static ServerAct Reply(string text) =>
        new Answer(
            200,
            $$$"""{"id":"1","object":"chat.completion","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":{{{JsonSerializer.Serialize(text)}}}}}]}"""
        );
}
