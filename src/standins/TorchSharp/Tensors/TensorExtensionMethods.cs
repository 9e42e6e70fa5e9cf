using System.Globalization;
using System.Text;

namespace TorchSharp;

/// <summary>Conversions of one-element tensors to numbers, and tensors as text and as bytes.</summary>
public static class TensorExtensionMethods
{
    private const int LargestRank = 64;

    public static float ToSingle(this torch.Tensor value) => value.item().ToSingle();

    public static double ToDouble(this torch.Tensor value) => value.item().ToDouble();

    public static Half ToHalf(this torch.Tensor value) => value.item().ToHalf();

    public static byte ToByte(this torch.Tensor value) => value.item().ToByte();

    public static sbyte ToSByte(this torch.Tensor value) => value.item().ToSByte();

    public static short ToInt16(this torch.Tensor value) => value.item().ToInt16();

    public static int ToInt32(this torch.Tensor value) => value.item().ToInt32();

    public static long ToInt64(this torch.Tensor value) => value.item().ToInt64();

    public static bool ToBoolean(this torch.Tensor value) => value.item().ToBoolean();

    public static Scalar ToScalar(this torch.Tensor value) => value.item();

    /// <summary>Writes the tensor alone: type number, rank and lengths as LEB128, then the elements, little-endian.</summary>
    public static void Save(this torch.Tensor tensor, BinaryWriter writer)
    {
        writer.Write7BitEncodedInt((int)tensor.dtype);
        var shape = tensor.shape;
        writer.Write7BitEncodedInt(shape.Length);
        foreach (var length in shape)
        {
            writer.Write7BitEncodedInt64(length);
        }

        using var here = tensor.cpu();
        using var whole = here.contiguous();
        writer.Flush();
        whole.WriteBytesToStream(writer.BaseStream, 1 << 20);
    }

    /// <inheritdoc cref="Save(torch.Tensor, BinaryWriter)"/>
    public static void Save(this torch.Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        tensor.Save(writer);
    }

    /// <inheritdoc cref="Save(torch.Tensor, BinaryWriter)"/>
    public static void Save(this torch.Tensor tensor, string location)
    {
        using var stream = File.Create(location);
        tensor.Save(stream);
    }

    /// <summary>The tensor as text, elements included.</summary>
    public static string str(this torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        using var whole = tensor.detach().to(torch.ScalarType.Float64).cpu();
        var text = new StringBuilder();
        Append(text, whole.data<double>().ToArray(), whole.shape, 0, 0);
        return text.ToString();
    }

    /// <summary>Writes the tensor as text to the console, and returns it.</summary>
    public static torch.Tensor print(this torch.Tensor tensor)
    {
        Console.WriteLine(tensor.str());
        return tensor;
    }

    internal static torch.Tensor Read(BinaryReader reader)
    {
        var type = (torch.ScalarType)reader.Read7BitEncodedInt();
        var rank = reader.Read7BitEncodedInt();
        if (!Enum.IsDefined(type) || rank is < 0 or > LargestRank)
        {
            throw new InvalidDataException($"There is no tensor of type {type} and {rank} dimensions.");
        }

        var shape = new long[rank];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = reader.Read7BitEncodedInt64();
        }

        RequireBytes(reader.BaseStream, shape);
        var tensor = torch.empty(shape, type, torch.CPU);
        tensor.ReadBytesFromStream(reader.BaseStream, 1 << 20);
        return tensor;
    }

    /// <summary>Refuses a shape that claims more elements than the stream has bytes, before memory is taken for it.</summary>
    private static void RequireBytes(Stream stream, long[] shape)
    {
        var room = stream.CanSeek ? stream.Length - stream.Position : long.MaxValue;
        Int128 elements = 1;
        foreach (var size in shape)
        {
            elements *= size;
            if (size < 0 || elements > room)
            {
                throw new InvalidDataException($"A tensor of shape [{string.Join(", ", shape)}] is not in the stream.");
            }
        }
    }

    private static int Append(StringBuilder text, double[] values, long[] shape, int dimension, int next)
    {
        if (dimension == shape.Length)
        {
            text.Append(CultureInfo.InvariantCulture, $"{values[next]:G5}");
            return next + 1;
        }

        text.Append('[');
        for (var i = 0L; i < shape[dimension]; i++)
        {
            text.Append(
                i == 0 ? string.Empty
                : dimension == shape.Length - 1 ? ", "
                : ",\n"
            );
            next = Append(text, values, shape, dimension + 1, next);
        }

        text.Append(']');
        return next;
    }
}
