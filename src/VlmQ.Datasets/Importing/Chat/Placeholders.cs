using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Importing.Pictures;

namespace VlmQ.Datasets.Importing.Chat;

/// <summary>
/// Pictures that stand beside a conversation, <c>image</c> or <c>images</c>, and the <c>&lt;image&gt;</c> in its words that stand for them
/// in turn. Where no words name any, the first message of the user shows them.
/// </summary>
internal sealed class Placeholders
{
    private const string Mark = PromptTemplate.ImagePlaceholder;

    private readonly Queue<PictureReference> _pictures = new();
    private readonly string _where;
    private bool _unnamed;

    /// <param name="line">The conversation.</param>
    /// <param name="isNamed">Whether any words of the user name a picture.</param>
    public Placeholders(JsonFields line, bool isNamed)
    {
        _where = line.Where;
        foreach (string name in (ReadOnlySpan<string>)["image", "images"])
        {
            foreach (string path in Paths(line, name))
            {
                _pictures.Enqueue(new PictureReference.Address(path));
            }
        }
        _unnamed = !isNamed;
    }

    /// <summary>Whether pictures stand beside the conversation.</summary>
    public static bool AreIn(JsonFields line) => line.Has("image") || line.Has("images");

    /// <summary>Whether words name a picture.</summary>
    public static bool IsIn(string words) => words.Contains(Mark, StringComparison.Ordinal);

    /// <summary>The words without placeholders: a picture always goes in front of a turn's words.</summary>
    public static string Without(string words) =>
        words
            .Replace(Mark + "\n", "", StringComparison.Ordinal)
            .Replace("\n" + Mark, "", StringComparison.Ordinal)
            .Replace(Mark, "", StringComparison.Ordinal);

    /// <summary>The pictures of the next message of the user.</summary>
    /// <param name="count">How many its words name.</param>
    /// <exception cref="FaultException">There are not as many left.</exception>
    public IReadOnlyList<PictureReference> Take(int count)
    {
        if (_unnamed)
        {
            count = _pictures.Count;
            _unnamed = false;
        }
        List<PictureReference> taken = [];
        for (int i = 0; i < count; i++)
        {
            taken.Add(
                _pictures.TryDequeue(out PictureReference? picture)
                    ? picture
                    : throw new FaultException(Fault.Data("its words name more pictures than it has", _where))
            );
        }
        return taken;
    }

    /// <summary>How many pictures words name.</summary>
    public static int CountIn(string words) => words.AsSpan().Count(Mark);

    /// <exception cref="FaultException">Pictures are left that nothing names.</exception>
    public void End()
    {
        if (_pictures.Count > 0)
        {
            throw new FaultException(Fault.Data($"it has {_pictures.Count} pictures more than its words name", _where));
        }
    }

    private static IEnumerable<string> Paths(JsonFields line, string name) =>
        line.Find(name) switch
        {
            null => [],
            { ValueKind: System.Text.Json.JsonValueKind.String } path => [path.GetString()!],
            _ => line.List(name)
                .Select(path =>
                    path.ValueKind == System.Text.Json.JsonValueKind.String
                        ? path.GetString()!
                        : throw line.Wrong(name, "a path or a list of paths")
                ),
        };
}
