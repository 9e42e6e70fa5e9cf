using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Models.Families;
using VlmQ.Models.Lora;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>Merges adapters into a checkpoint without building its model: one tensor after the other, from file to file.</summary>
public static class AdapterMerge
{
    private const string Weight = ".weight";

    /// <summary>Writes the merged checkpoint with its configuration and tokenizer.</summary>
    /// <param name="checkpoint">The model.</param>
    /// <param name="adapters">What is added: W + s·B·A in float32, rounded once to the type that W is stored in.</param>
    /// <param name="folder">Gets the files.</param>
    /// <param name="cancellation">Looked at before each tensor.</param>
    /// <param name="shardBytes">The largest shard.</param>
    /// <returns>Bytes of the weights.</returns>
    /// <exception cref="FaultException">A sum is not finite in the stored type.</exception>
    public static long Write(
        OfficialCheckpoint checkpoint,
        LoraAdapters adapters,
        string folder,
        CancellationToken cancellation = default,
        long shardBytes = ShardedWriter.UsualShardBytes
    )
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(adapters);
        Directory.CreateDirectory(folder);
        ShardedWriter.Write(
            folder,
            checkpoint.Tensors.Select(tensor => (tensor.Spec.Name, tensor.Entry.Bytes, (Func<Tensor>)(() => Make(tensor)))),
            shardBytes
        );
        // The configuration last: a folder without one is no model, so an interrupted merge is not taken for one.
        ModelOrigin.CopyFiles(checkpoint.Folder, folder);
        return checkpoint.Tensors.Sum(tensor => tensor.Entry.Bytes);

        Tensor Make(StoredTensor tensor)
        {
            cancellation.ThrowIfCancellationRequested();
            string name = tensor.Spec.Name;
            LoraAdapter? adapter = name.EndsWith(Weight, StringComparison.Ordinal) ? adapters.Find(name[..^Weight.Length]) : null;
            return adapter is null ? checkpoint.Read(tensor) : Merged(checkpoint, tensor, adapter);
        }
    }

    private static Tensor Merged(OfficialCheckpoint checkpoint, StoredTensor tensor, LoraAdapter adapter)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = checkpoint.Read(tensor);
        Tensor sum = adapter.Effective(weight.to(ScalarType.Float32)).to(weight.dtype);
        return sum.isfinite().all().ToBoolean()
            ? sum.contiguous().MoveToOuterDisposeScope()
            : throw new FaultException(
                Fault.Data(
                    $"the adapted weight '{tensor.Spec.Name}' has values that {tensor.Entry.Dtype} cannot hold",
                    checkpoint.Folder,
                    "keep the adapter apart"
                )
            );
    }
}
