namespace TorchSharp;

public static partial class torch
{
    // Comparisons and logic give Bool tensors.
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Calls.Binary(Operators.eq__Tensor, this, target);

        public Tensor eq(Scalar scalar) => Calls.WithScalar(Operators.eq__Scalar, this, scalar.Argument);

        public Tensor ne(Tensor target) => Calls.Binary(Operators.ne__Tensor, this, target);

        public Tensor ne(Scalar scalar) => Calls.WithScalar(Operators.ne__Scalar, this, scalar.Argument);

        public Tensor lt(Tensor target) => Calls.Binary(Operators.lt__Tensor, this, target);

        public Tensor lt(Scalar scalar) => Calls.WithScalar(Operators.lt__Scalar, this, scalar.Argument);

        public Tensor le(Tensor target) => Calls.Binary(Operators.le__Tensor, this, target);

        public Tensor le(Scalar scalar) => Calls.WithScalar(Operators.le__Scalar, this, scalar.Argument);

        public Tensor gt(Tensor target) => Calls.Binary(Operators.gt__Tensor, this, target);

        public Tensor gt(Scalar scalar) => Calls.WithScalar(Operators.gt__Scalar, this, scalar.Argument);

        public Tensor ge(Tensor target) => Calls.Binary(Operators.ge__Tensor, this, target);

        public Tensor ge(Scalar scalar) => Calls.WithScalar(Operators.ge__Scalar, this, scalar.Argument);

        public Tensor logical_and(Tensor other) => Calls.Binary(Operators.logical_and, this, other);

        public Tensor logical_or(Tensor other) => Calls.Binary(Operators.logical_or, this, other);

        public Tensor logical_xor(Tensor other) => Calls.Binary(Operators.logical_xor, this, other);

        public Tensor logical_not() => Calls.Unary(Operators.logical_not, this);

        public Tensor bitwise_and(Tensor other) => Calls.Binary(Operators.bitwise_and__Tensor, this, other);

        public Tensor bitwise_or(Tensor other) => Calls.Binary(Operators.bitwise_or__Tensor, this, other);

        public Tensor bitwise_xor(Tensor other) => Calls.Binary(Operators.bitwise_xor__Tensor, this, other);

        public Tensor bitwise_not() => Calls.Unary(Operators.bitwise_not, this);
    }
}
