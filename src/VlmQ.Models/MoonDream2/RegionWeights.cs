using TorchSharp.Modules;
using VlmQ.Models.Families;
using VlmQ.Models.Layers;
using static TorchSharp.torch;

namespace VlmQ.Models.MoonDream2;

/// <summary>
/// The weights of the region head, which points at objects and draws boxes around them. They are read, carried along and written again,
/// so that a fine-tuned model keeps what it could do; nothing is computed with them.
/// </summary>
internal static class RegionWeights
{
    /// <summary>Registers the weights, zero at first, under their names.</summary>
    /// <param name="tensors">A model's tensors, those of other parts among them.</param>
    /// <param name="root">What the names begin with, a module's path with its dot.</param>
    /// <param name="layers">Their type.</param>
    public static NamedModules Of(IEnumerable<TensorSpec> tensors, string root, LayerOptions layers)
    {
        NamedModules region = new();
        Dictionary<string, NamedModules> byPath = new() { [""] = region };
        foreach (TensorSpec tensor in tensors.Where(tensor => tensor.Name.StartsWith(root, StringComparison.Ordinal)))
        {
            string[] pieces = tensor.Name[root.Length..].Split('.');
            NamedModules parent = region;
            for (int depth = 1; depth < pieces.Length; depth++)
            {
                string path = string.Join('.', pieces[..depth]);
                if (!byPath.TryGetValue(path, out NamedModules? module))
                {
                    module = byPath[path] = new NamedModules();
                    parent.Add(pieces[depth - 1], module);
                }
                parent = module;
            }
            parent.Add(pieces[^1], new Parameter(zeros([.. tensor.Shape], dtype: layers.WeightType)));
        }
        return region;
    }
}
