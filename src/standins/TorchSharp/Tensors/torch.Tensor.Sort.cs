namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Calls.BoxedPair(Operators.topk, [this, k, dim, largest, sorted], this);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Calls.BoxedPair(Operators.sort__stable, [this, stable, dim, descending], this);

        public Tensor argsort(long dim = -1, bool descending = false) => Calls.Boxed(Operators.argsort, [this, dim, descending], this);

        /// <summary>The distinct elements; where each element went and how often each occurs, if asked for.</summary>
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(
            bool sorted = true,
            bool return_inverse = false,
            bool return_counts = false,
            int? dim = null
        )
        {
            if (dim is not null)
            {
                throw new ArgumentException("Distinct slices along a dimension are not offered.", nameof(dim));
            }

            var results = Calls.BoxedMany(Operators._unique2, [this, sorted, return_inverse, return_counts], this);
            if (!return_inverse)
            {
                results[1].Dispose();
            }

            if (!return_counts)
            {
                results[2].Dispose();
            }

            return (results[0], return_inverse ? results[1] : null, return_counts ? results[2] : null);
        }

        public Tensor bincount(Tensor? weights = null, long minlength = 0) =>
            Calls.Boxed(Operators.bincount, [this, weights, minlength], this, weights);
    }
}
