namespace TorchSharp;

public static partial class torch
{
    // A name that ends in an underscore changes the tensor itself and returns it.
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Calls.Scaled(Operators.add__Tensor, this, target, 1L);

        public Tensor add(Tensor target, Scalar alpha) => Calls.Scaled(Operators.add__Tensor, this, target, alpha.Argument);

        public Tensor add(Scalar scalar) => Calls.WithScalars(Operators.add__Scalar, this, scalar.Argument, 1L);

        public Tensor add(Scalar scalar, Scalar alpha) => Calls.WithScalars(Operators.add__Scalar, this, scalar.Argument, alpha.Argument);

        public Tensor add_(Tensor target) => Calls.InPlace(Operators.add___Tensor, [this, target], this, target);

        public Tensor add_(Tensor target, Scalar alpha) => Calls.InPlace(Operators.add___Tensor, [this, target, alpha], this, target);

        public Tensor add_(Scalar scalar) => Calls.InPlace(Operators.add___Scalar, [this, scalar], this);

        public Tensor sub(Tensor target) => Calls.Scaled(Operators.sub__Tensor, this, target, 1L);

        public Tensor sub(Tensor target, Scalar alpha) => Calls.Scaled(Operators.sub__Tensor, this, target, alpha.Argument);

        public Tensor sub(Scalar scalar) => Calls.WithScalars(Operators.sub__Scalar, this, scalar.Argument, 1L);

        public Tensor sub(Scalar scalar, Scalar alpha) => Calls.WithScalars(Operators.sub__Scalar, this, scalar.Argument, alpha.Argument);

        public Tensor sub_(Tensor target) => Calls.InPlace(Operators.sub___Tensor, [this, target], this, target);

        public Tensor sub_(Tensor target, Scalar alpha) => Calls.InPlace(Operators.sub___Tensor, [this, target, alpha], this, target);

        public Tensor sub_(Scalar scalar) => Calls.InPlace(Operators.sub___Scalar, [this, scalar], this);

        public Tensor mul(Tensor target) => Calls.Binary(Operators.mul__Tensor, this, target);

        public Tensor mul(Scalar scalar) => Calls.WithScalar(Operators.mul__Scalar, this, scalar.Argument);

        public Tensor mul_(Tensor target) => Calls.InPlace(Operators.mul___Tensor, [this, target], this, target);

        public Tensor mul_(Scalar scalar) => Calls.InPlace(Operators.mul___Scalar, [this, scalar], this);

        public unsafe Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode == RoundingMode.None)
            {
                return Calls.Binary(Operators.div__Tensor, this, target);
            }

            fixed (byte* mode = Mode(rounding_mode))
            {
                return Calls.Boxed(Operators.div__Tensor_mode, [this, target, Argument.Text(mode, 5)], this, target);
            }
        }

        public unsafe Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode == RoundingMode.None)
            {
                return Calls.WithScalar(Operators.div__Scalar, this, target.Argument);
            }

            fixed (byte* mode = Mode(rounding_mode))
            {
                return Calls.Boxed(Operators.div__Scalar_mode, [this, target, Argument.Text(mode, 5)], this);
            }
        }

        public unsafe Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode == RoundingMode.None)
            {
                return Calls.InPlace(Operators.div___Tensor, [this, target], this, target);
            }

            fixed (byte* mode = Mode(rounding_mode))
            {
                return Calls.InPlace(Operators.div___Tensor_mode, [this, target, Argument.Text(mode, 5)], this, target);
            }
        }

        public unsafe Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode == RoundingMode.None)
            {
                return Calls.InPlace(Operators.div___Scalar, [this, target], this);
            }

            fixed (byte* mode = Mode(rounding_mode))
            {
                return Calls.InPlace(Operators.div___Scalar_mode, [this, target, Argument.Text(mode, 5)], this);
            }
        }

        public Tensor floor_divide(Tensor other) => Calls.Binary(Operators.floor_divide, this, other);

        public Tensor remainder(Tensor other) => Calls.Binary(Operators.remainder__Tensor, this, other);

        public Tensor remainder(Scalar other) => Calls.WithScalar(Operators.remainder__Scalar, this, other.Argument);

        public Tensor remainder_(Tensor other) => Calls.InPlace(Operators.remainder___Tensor, [this, other], this, other);

        public Tensor remainder_(Scalar other) => Calls.InPlace(Operators.remainder___Scalar, [this, other], this);

        public Tensor fmod(Tensor other) => Calls.Binary(Operators.fmod__Tensor, this, other);

        public Tensor fmod(Scalar other) => Calls.WithScalar(Operators.fmod__Scalar, this, other.Argument);

        public Tensor pow(Tensor exponent) => Calls.Binary(Operators.pow__Tensor_Tensor, this, exponent);

        public Tensor pow(Scalar exponent) => Calls.WithScalar(Operators.pow__Tensor_Scalar, this, exponent.Argument);

        public Tensor pow_(Tensor exponent) => Calls.InPlace(Operators.pow___Tensor, [this, exponent], this, exponent);

        public Tensor pow_(Scalar exponent) => Calls.InPlace(Operators.pow___Scalar, [this, exponent], this);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Calls.Boxed(Operators.addcmul, [this, tensor1, tensor2, value], this, tensor1, tensor2);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Calls.InPlace(Operators.addcmul_, [this, tensor1, tensor2, value], this, tensor1, tensor2);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Calls.Boxed(Operators.addcdiv, [this, tensor1, tensor2, value], this, tensor1, tensor2);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Calls.InPlace(Operators.addcdiv_, [this, tensor1, tensor2, value], this, tensor1, tensor2);

        public Tensor lerp(Tensor end, Tensor weight) => Calls.Ternary(Operators.lerp__Tensor, this, end, weight);

        public Tensor lerp(Tensor end, Scalar weight) => Calls.Scaled(Operators.lerp__Scalar, this, end, weight.Argument);

        public Tensor lerp_(Tensor end, Tensor weight) => Calls.InPlace(Operators.lerp___Tensor, [this, end, weight], this, end, weight);

        public Tensor lerp_(Tensor end, Scalar weight) => Calls.InPlace(Operators.lerp___Scalar, [this, end, weight], this, end);

        private static ReadOnlySpan<byte> Mode(RoundingMode mode) => mode == RoundingMode.trunc ? "trunc"u8 : "floor"u8;
    }
}
