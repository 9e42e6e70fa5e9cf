namespace TorchSharp;

public static partial class torch
{
    // Without a generator, the numbers come from the global one.
    public partial class Tensor
    {
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            Calls.Boxed(Operators.multinomial, [this, num_samples, replacement, generator], this);

        public Tensor bernoulli(Generator? generator = null) => Calls.Boxed(Operators.bernoulli, [this, generator], this);

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) =>
            Calls.InPlace(Operators.bernoulli___float, [this, p, generator], this);

        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Calls.InPlace(Operators.normal_, [this, mean, std, generator], this);

        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            Calls.InPlace(Operators.uniform_, [this, from, to, generator], this);

        public Tensor exponential_(double lambda = 1, Generator? generator = null) =>
            Calls.InPlace(Operators.exponential_, [this, lambda, generator], this);
    }
}
