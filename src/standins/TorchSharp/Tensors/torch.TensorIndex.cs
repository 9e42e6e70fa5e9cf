namespace TorchSharp;

public static partial class torch
{
    /// <summary>One index of <c>tensor[…]</c>.</summary>
    public readonly struct TensorIndex
    {
        public static readonly TensorIndex Ellipsis = new(new NativeIndex { Kind = NativeIndex.Ellipsis });
        public static readonly TensorIndex None = new(new NativeIndex { Kind = NativeIndex.None });
        public static readonly TensorIndex Null = None;
        public static readonly TensorIndex Colon = Slice();

        private const long HasStart = 1;
        private const long HasStop = 2;
        private const long HasStep = 4;

        private readonly NativeIndex _native;

        private TensorIndex(NativeIndex native, torch.Tensor? tensor = null)
        {
            _native = native;
            OfTensor = tensor;
        }

        internal torch.Tensor? OfTensor { get; }

        internal NativeIndex Native =>
            OfTensor is null ? _native : new NativeIndex { Kind = NativeIndex.OfTensor, Handle = OfTensor.Handle };

        public static implicit operator TensorIndex(long index) => Single(index);

        public static implicit operator TensorIndex((int?, int?) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(Position(index));

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new(
                new NativeIndex
                {
                    Kind = NativeIndex.Slice,
                    Start = start ?? 0,
                    Stop = stop ?? 0,
                    Step = step ?? 1,
                    Given = (start is null ? 0 : HasStart) | (stop is null ? 0 : HasStop) | (step is null ? 0 : HasStep),
                }
            );

        public static TensorIndex Slice((int?, int?) range) => Slice(range.Item1, range.Item2);

        public static TensorIndex Slice(Range range) =>
            Slice(Position(range.Start), range.End is { IsFromEnd: true, Value: 0 } ? null : Position(range.End));

        public static TensorIndex Bool(bool value) => new(new NativeIndex { Kind = NativeIndex.Boolean, Start = value ? 1 : 0 });

        public static TensorIndex Single(long? index) =>
            index is { } given ? new(new NativeIndex { Kind = NativeIndex.Integer, Start = given }) : None;

        public static TensorIndex Tensor(torch.Tensor tensor) => new(default, tensor);

        private static long Position(Index index) => index.IsFromEnd ? -index.Value : index.Value;
    }
}
