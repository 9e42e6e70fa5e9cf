using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace VlmQ.Models.Safetensors;

/// <summary>
/// Writes a checkpoint as one file, or where it is large as shards with an index, in the layout of Hugging Face's tools. Tensors are made one
/// shard at a time.
/// </summary>
public static class ShardedWriter
{
    /// <summary>The largest shard, unless a single tensor is larger, in bytes.</summary>
    public const long UsualShardBytes = 2L << 30;

    /// <summary>Writes a checkpoint into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tensors">Names, bytes, and what makes each tensor; it is disposed of once it is written.</param>
    /// <param name="shardBytes">The largest shard.</param>
    public static void Write(
        string folder,
        IEnumerable<(string Name, long Bytes, Func<Tensor> Make)> tensors,
        long shardBytes = UsualShardBytes
    )
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shardBytes);
        List<List<(string Name, long Bytes, Func<Tensor> Make)>> shards = [];
        long filled = 0;
        foreach ((string Name, long Bytes, Func<Tensor> Make) tensor in tensors)
        {
            if (shards.Count == 0 || (filled > 0 && filled + tensor.Bytes > shardBytes))
            {
                shards.Add([]);
                filled = 0;
            }
            shards[^1].Add(tensor);
            filled += tensor.Bytes;
        }
        if (shards.Count <= 1)
        {
            WriteShard(Path.Combine(folder, SafetensorsCheckpoint.SingleFileName), shards.Count == 0 ? [] : shards[0]);
            return;
        }
        JsonObject map = [];
        for (int i = 0; i < shards.Count; i++)
        {
            string file = $"model-{i + 1:d5}-of-{shards.Count:d5}.safetensors";
            WriteShard(Path.Combine(folder, file), shards[i]);
            shards[i].ForEach(tensor => map[tensor.Name] = file);
        }
        JsonObject index = new()
        {
            ["metadata"] = new JsonObject { ["total_size"] = shards.Sum(shard => shard.Sum(tensor => tensor.Bytes)) },
            ["weight_map"] = map,
        };
        string path = Path.Combine(folder, SafetensorsCheckpoint.IndexFileName);
        File.WriteAllText(path, index.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    private static void WriteShard(string path, List<(string Name, long Bytes, Func<Tensor> Make)> shard)
    {
        List<KeyValuePair<string, Tensor>> made = [];
        try
        {
            foreach ((string name, _, Func<Tensor> make) in shard)
            {
                made.Add(KeyValuePair.Create(name, make()));
            }
            SafetensorsWriter.Write(path, made, new Dictionary<string, string> { ["format"] = "pt" });
        }
        finally
        {
            made.ForEach(pair => pair.Value.Dispose());
        }
    }
}
