using System.Text.Json.Nodes;
using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Models.Families;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Memory;

/// <summary>MoonDream2 of 2024-08-26 with a small text model of the same proportions, and with next to nothing to see with.</summary>
internal static class ScaledDownModel
{
    /// <summary>Writes its folder, with random weights.</summary>
    public static void Write(string folder, int width, int layers, string type)
    {
        WriteConfiguration(folder, width, layers);
        ScalarType scalar = type == "F16" ? ScalarType.Float16 : ScalarType.Float32;
        using DisposeScope scope = NewDisposeScope();
        SafetensorsWriter.Write(
            Path.Combine(folder, SafetensorsCheckpoint.SingleFileName),
            ModelFamilies
                .Read(folder)
                .OrThrow()
                .Tensors.Where(tensor => tensor.Required)
                .Select(tensor => KeyValuePair.Create(tensor.Name, (randn([.. tensor.Shape]) * 0.02).to(scalar)))
        );
    }

    /// <summary>Writes the configuration alone. The published text model has 24 layers of the width 2,048.</summary>
    public static void WriteConfiguration(string folder, int width, int layers)
    {
        JsonObject config = new()
        {
            ["architectures"] = new JsonArray("Moondream"),
            ["model_type"] = "moondream1",
            ["text_config"] = new JsonObject
            {
                ["model_type"] = "phi",
                ["vocab_size"] = 51200 * width / 2048,
                ["hidden_size"] = width,
                ["intermediate_size"] = 4 * width,
                ["num_hidden_layers"] = layers,
                ["num_attention_heads"] = width / 64,
                ["num_key_value_heads"] = width / 64,
                ["max_position_embeddings"] = 2048,
                ["bos_token_id"] = 0,
                ["eos_token_id"] = 0,
            },
            ["vision_config"] = new JsonObject
            {
                ["hidden_size"] = 32,
                ["num_heads"] = 4,
                ["num_layers"] = 1,
                ["intermediate_size"] = 64,
                ["projection_inner_dim"] = 64,
            },
        };
        File.WriteAllText(Path.Combine(folder, ModelFamilies.ConfigFileName), config.ToJsonString());
    }
}
