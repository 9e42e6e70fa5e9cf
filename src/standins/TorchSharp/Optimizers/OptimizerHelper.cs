using System.Text;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// An optimizer whose state can be written and read: groups in order, each with its options and then, parameter by parameter, its state. No
/// names are written.
/// </summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    /// <inheritdoc cref="save_state_dict(BinaryWriter)"/>
    public void save_state_dict(string location)
    {
        using var writer = new BinaryWriter(File.Create(location), Encoding.UTF8);
        save_state_dict(writer);
    }

    /// <summary>Writes options and state.</summary>
    public virtual void save_state_dict(BinaryWriter writer)
    {
        writer.Write(GetType().Name);
        writer.Write7BitEncodedInt(Groups.Count);
        foreach (var group in Groups)
        {
            SaveGroup(writer, group);
        }
    }

    /// <inheritdoc cref="load_state_dict(BinaryReader)"/>
    public void load_state_dict(string location)
    {
        using var reader = new BinaryReader(File.OpenRead(location), Encoding.UTF8);
        load_state_dict(reader);
    }

    /// <summary>
    /// Reads what <see cref="save_state_dict(BinaryWriter)"/> wrote for an optimizer of the same kind and the same parameters.
    /// </summary>
    /// <exception cref="InvalidDataException">It was written by another kind, or for other groups or parameters.</exception>
    public virtual void load_state_dict(BinaryReader reader)
    {
        var kind = reader.ReadString();
        if (kind != GetType().Name)
        {
            throw new InvalidDataException($"The state is that of {kind}, not {GetType().Name}.");
        }

        var count = reader.Read7BitEncodedInt();
        if (count != Groups.Count)
        {
            throw new InvalidDataException($"The state has {count} parameter groups; the optimizer has {Groups.Count}.");
        }

        foreach (var group in Groups)
        {
            LoadGroup(reader, group);
        }
    }

    /// <summary>Moves the state to a device.</summary>
    public abstract void to(Device device);

    private protected abstract void SaveGroup(BinaryWriter writer, optim.ParamGroup group);

    private protected abstract void LoadGroup(BinaryReader reader, optim.ParamGroup group);

    private protected static void WriteState(BinaryWriter writer, Tensor? state)
    {
        writer.Write(state is not null);
        state?.Save(writer);
    }

    private protected static Tensor? ReadState(BinaryReader reader, Parameter parameter)
    {
        if (!reader.ReadBoolean())
        {
            return null;
        }

        using var read = TensorExtensionMethods.Read(reader);
        return read.shape.AsSpan().SequenceEqual(parameter.shape)
            ? read.to(read.dtype, parameter.device).DetachFromDisposeScope()
            : throw new InvalidDataException(
                $"The state is for a parameter of shape [{string.Join(", ", read.shape)}], not [{string.Join(", ", parameter.shape)}]."
            );
    }

    private protected static int ReadCount(BinaryReader reader, int expected)
    {
        var count = reader.Read7BitEncodedInt();
        return count == expected ? count : throw new InvalidDataException($"The state has {count} parameters; the group has {expected}.");
    }
}
