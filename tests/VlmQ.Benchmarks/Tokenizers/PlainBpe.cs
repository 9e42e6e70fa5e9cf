using System.Text;
using System.Text.RegularExpressions;

namespace VlmQ.Benchmarks.Tokenizers;

/// <summary>
/// Byte-level BPE in the plainest form that is right: the regular expression, strings as symbols, the best pair looked up anew after every
/// merge, and the ids of whole words remembered.
/// </summary>
internal sealed class PlainBpe(Regex words, IReadOnlyDictionary<string, int> vocabulary, IEnumerable<string> merges)
{
    private readonly Dictionary<string, int> _ranks = merges
        .Select((merge, rank) => (merge, rank))
        .ToDictionary(pair => pair.merge, pair => pair.rank);
    private readonly Dictionary<int, string> _tokens = vocabulary.ToDictionary(entry => entry.Value, entry => entry.Key);
    private readonly Dictionary<string, List<int>> _known = [];
    private readonly char[] _characters = [.. Characters()];
    private readonly Dictionary<char, byte> _bytes = Characters()
        .Select((character, value) => (character, value))
        .ToDictionary(p => p.character, p => (byte)p.value);

    public List<int> Encode(string text)
    {
        List<int> ids = [];
        foreach (Match match in words.Matches(text))
        {
            if (!_known.TryGetValue(match.Value, out List<int>? word))
            {
                _known[match.Value] = word = Merge(match.Value);
            }
            ids.AddRange(word);
        }
        return ids;
    }

    public string Decode(IEnumerable<int> ids) =>
        Encoding.UTF8.GetString([.. ids.SelectMany(id => _tokens[id]).Select(character => _bytes[character])]);

    private List<int> Merge(string word)
    {
        List<string> symbols = [.. Encoding.UTF8.GetBytes(word).Select(value => _characters[value].ToString())];
        while (symbols.Count > 1)
        {
            (int rank, int at) = Enumerable
                .Range(0, symbols.Count - 1)
                .Select(i => (_ranks.GetValueOrDefault($"{symbols[i]} {symbols[i + 1]}", int.MaxValue), i))
                .Min();
            if (rank == int.MaxValue)
            {
                break;
            }
            symbols[at] += symbols[at + 1];
            symbols.RemoveAt(at + 1);
        }
        return [.. symbols.Select(symbol => vocabulary[symbol])];
    }

    private static IEnumerable<char> Characters()
    {
        int next = 256;
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
            yield return (char)(printable ? value : next++);
        }
    }
}
