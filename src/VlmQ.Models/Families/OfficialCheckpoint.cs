using System.Collections.Immutable;
using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Models.Families;

/// <summary>
/// The checkpoint of a model of a known family, whose tensors have been held against what the family needs. None has been read yet.
/// </summary>
public sealed class OfficialCheckpoint : IDisposable
{
    private readonly SafetensorsCheckpoint _checkpoint;

    private OfficialCheckpoint(
        string folder,
        SafetensorsCheckpoint checkpoint,
        ModelDescription description,
        ImmutableArray<StoredTensor> tensors
    )
    {
        Folder = folder;
        _checkpoint = checkpoint;
        Description = description;
        Tensors = tensors;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What the model is.</summary>
    public ModelDescription Description { get; }

    /// <summary>The tensors that are there, in the model's order.</summary>
    public ImmutableArray<StoredTensor> Tensors { get; }

    /// <summary>The type that most of the weights are stored in.</summary>
    public SafetensorsDtype Dtype =>
        Tensors.GroupBy(tensor => tensor.Entry.Dtype).MaxBy(group => group.Sum(tensor => tensor.Entry.Bytes))!.Key;

    /// <summary>Opens a model's folder.</summary>
    public static Result<OfficialCheckpoint> Open(string folder)
    {
        // The configuration first: a folder that holds no model says so, whatever else it lacks.
        if (ModelFamilies.Read(folder) is Result<ModelDescription>.Failed unknown)
        {
            return unknown.Fault;
        }
        return SafetensorsCheckpoint.Open(folder).Bind(checkpoint => Match(folder, checkpoint));
    }

    /// <summary>Reads a tensor by its official name, in the type and the layout that the model has it in.</summary>
    /// <returns>The tensor in the type that is stored, on the CPU.</returns>
    public Tensor Read(StoredTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Tensor read = _checkpoint.Read(tensor.Entry.Name);
        if (!tensor.Transposed)
        {
            return read;
        }
        using (read)
        {
            return read.t().contiguous();
        }
    }

    /// <summary>Reads the tensors that a model has parameters for; what it only carries along may be left out by it.</summary>
    /// <param name="parameters">By official name.</param>
    /// <exception cref="FaultException">A parameter has no tensor, or a tensor no parameter although the family needs it.</exception>
    public void Read(IReadOnlyDictionary<string, Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        HashSet<string> left = [.. parameters.Keys];
        foreach (StoredTensor tensor in Tensors)
        {
            if (parameters.TryGetValue(tensor.Spec.Name, out Parameter? parameter))
            {
                ReadInto(tensor, parameter);
                left.Remove(tensor.Spec.Name);
            }
            else if (tensor.Spec.Required)
            {
                throw new InvalidOperationException($"The model has no parameter '{tensor.Spec.Name}'.");
            }
        }
        foreach (TensorSpec spec in Description.Tensors.Where(spec => !spec.Required && left.Remove(spec.Name)))
        {
            // Carried along where it is there; what is not there is nothing.
            using IDisposable noGradient = no_grad();
            using DisposeScope scope = NewDisposeScope();
            parameters[spec.Name].zero_();
        }
        if (left.Count > 0)
        {
            throw new InvalidOperationException(
                $"No tensor of the family is the parameter '{left.Order(StringComparer.Ordinal).First()}'."
            );
        }
    }

    /// <summary>
    /// Writes a checkpoint of the same tensors under official names: a model's parameters, rounded to the type that was stored, and as they
    /// are those that it has none for.
    /// </summary>
    /// <param name="folder">Gets the files.</param>
    /// <param name="parameters">By official name.</param>
    public void Write(string folder, IReadOnlyDictionary<string, Parameter> parameters) =>
        ShardedWriter.Write(
            folder,
            Tensors.Select(tensor =>
                (
                    tensor.Spec.Name,
                    tensor.Entry.Bytes,
                    (Func<Tensor>)(
                        () =>
                            parameters.TryGetValue(tensor.Spec.Name, out Parameter? parameter)
                                ? Rounded(parameter, tensor.Entry.Dtype)
                                : Read(tensor)
                    )
                )
            )
        );

    /// <inheritdoc/>
    public void Dispose() => _checkpoint.Dispose();

    private static Tensor Rounded(Parameter parameter, SafetensorsDtype dtype)
    {
        using Tensor detached = parameter.detach();
        return detached.to(dtype.ToScalarType()!.Value, CPU, copy: true);
    }

    private static Result<OfficialCheckpoint> Match(string folder, SafetensorsCheckpoint checkpoint)
    {
        Result<OfficialCheckpoint> matched = ModelFamilies
            .Read(folder, checkpoint.Names)
            .Bind(description =>
                CheckpointMatch
                    .Of(description, checkpoint.Names.Select(name => checkpoint.Find(name)!), folder)
                    .Map(tensors => new OfficialCheckpoint(folder, checkpoint, description, tensors))
            );
        if (matched is Result<OfficialCheckpoint>.Failed)
        {
            checkpoint.Dispose();
        }
        return matched;
    }

    private void ReadInto(StoredTensor tensor, Parameter parameter)
    {
        if (!tensor.Transposed)
        {
            _checkpoint.ReadInto(tensor.Entry.Name, parameter);
            return;
        }
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        parameter.copy_(Read(tensor));
    }
}
