namespace TorchSharp;

/// <summary>Which managed type holds an element of which tensor type.</summary>
internal static class ElementTypes
{
    public static torch.ScalarType Of<T>() => Of(typeof(T));

    public static torch.ScalarType Of(Type type)
    {
        if (type == typeof(float))
        {
            return torch.ScalarType.Float32;
        }

        if (type == typeof(long))
        {
            return torch.ScalarType.Int64;
        }

        if (type == typeof(int))
        {
            return torch.ScalarType.Int32;
        }

        if (type == typeof(double))
        {
            return torch.ScalarType.Float64;
        }

        if (type == typeof(bool))
        {
            return torch.ScalarType.Bool;
        }

        if (type == typeof(byte))
        {
            return torch.ScalarType.Byte;
        }

        if (type == typeof(sbyte))
        {
            return torch.ScalarType.Int8;
        }

        if (type == typeof(short))
        {
            return torch.ScalarType.Int16;
        }

        return type == typeof(Half)
            ? torch.ScalarType.Float16
            : throw new ArgumentException($"No tensor has elements of type {type.Name}.");
    }

    /// <exception cref="ArgumentException">A tensor of the type does not hold <typeparamref name="T"/>.</exception>
    public static void Demand<T>(torch.ScalarType type)
        where T : unmanaged
    {
        if (type == torch.ScalarType.BFloat16 || Of<T>() != type)
        {
            throw new ArgumentException($"A {type} tensor's elements are not of type {typeof(T).Name}.");
        }
    }
}
