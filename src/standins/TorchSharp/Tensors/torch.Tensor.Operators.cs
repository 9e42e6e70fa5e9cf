namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public static Tensor operator ~(Tensor tensor) => tensor.bitwise_not();

        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);

        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);

        public static Tensor operator ^(Tensor left, Tensor right) => left.bitwise_xor(right);

        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        public static Tensor operator +(Tensor left, int right) => Calls.WithScalars(Operators.add__Scalar, left, (long)right, 1L);

        public static Tensor operator +(Tensor left, long right) => Calls.WithScalars(Operators.add__Scalar, left, right, 1L);

        public static Tensor operator +(Tensor left, float right) => Calls.WithScalars(Operators.add__Scalar, left, (double)right, 1L);

        public static Tensor operator +(Tensor left, double right) => Calls.WithScalars(Operators.add__Scalar, left, right, 1L);

        public static Tensor operator +(Scalar left, Tensor right) => Calls.WithScalars(Operators.add__Scalar, right, left.Argument, 1L);

        public static Tensor operator +(int left, Tensor right) => Calls.WithScalars(Operators.add__Scalar, right, (long)left, 1L);

        public static Tensor operator +(long left, Tensor right) => Calls.WithScalars(Operators.add__Scalar, right, left, 1L);

        public static Tensor operator +(float left, Tensor right) => Calls.WithScalars(Operators.add__Scalar, right, (double)left, 1L);

        public static Tensor operator +(double left, Tensor right) => Calls.WithScalars(Operators.add__Scalar, right, left, 1L);

        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        public static Tensor operator -(Tensor left, int right) => Calls.WithScalars(Operators.sub__Scalar, left, (long)right, 1L);

        public static Tensor operator -(Tensor left, long right) => Calls.WithScalars(Operators.sub__Scalar, left, right, 1L);

        public static Tensor operator -(Tensor left, float right) => Calls.WithScalars(Operators.sub__Scalar, left, (double)right, 1L);

        public static Tensor operator -(Tensor left, double right) => Calls.WithScalars(Operators.sub__Scalar, left, right, 1L);

        public static Tensor operator -(Scalar left, Tensor right) => Calls.WithScalars(Operators.rsub__Scalar, right, left.Argument, 1L);

        public static Tensor operator -(int left, Tensor right) => Calls.WithScalars(Operators.rsub__Scalar, right, (long)left, 1L);

        public static Tensor operator -(long left, Tensor right) => Calls.WithScalars(Operators.rsub__Scalar, right, left, 1L);

        public static Tensor operator -(float left, Tensor right) => Calls.WithScalars(Operators.rsub__Scalar, right, (double)left, 1L);

        public static Tensor operator -(double left, Tensor right) => Calls.WithScalars(Operators.rsub__Scalar, right, left, 1L);

        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        public static Tensor operator *(Tensor left, int right) => Calls.WithScalar(Operators.mul__Scalar, left, (long)right);

        public static Tensor operator *(Tensor left, long right) => Calls.WithScalar(Operators.mul__Scalar, left, right);

        public static Tensor operator *(Tensor left, float right) => Calls.WithScalar(Operators.mul__Scalar, left, (double)right);

        public static Tensor operator *(Tensor left, double right) => Calls.WithScalar(Operators.mul__Scalar, left, right);

        public static Tensor operator *(Scalar left, Tensor right) => Calls.WithScalar(Operators.mul__Scalar, right, left.Argument);

        public static Tensor operator *(int left, Tensor right) => Calls.WithScalar(Operators.mul__Scalar, right, (long)left);

        public static Tensor operator *(long left, Tensor right) => Calls.WithScalar(Operators.mul__Scalar, right, left);

        public static Tensor operator *(float left, Tensor right) => Calls.WithScalar(Operators.mul__Scalar, right, (double)left);

        public static Tensor operator *(double left, Tensor right) => Calls.WithScalar(Operators.mul__Scalar, right, left);

        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        public static Tensor operator /(Tensor left, int right) => Calls.WithScalar(Operators.div__Scalar, left, (long)right);

        public static Tensor operator /(Tensor left, long right) => Calls.WithScalar(Operators.div__Scalar, left, right);

        public static Tensor operator /(Tensor left, float right) => Calls.WithScalar(Operators.div__Scalar, left, (double)right);

        public static Tensor operator /(Tensor left, double right) => Calls.WithScalar(Operators.div__Scalar, left, right);

        public static Tensor operator /(Scalar left, Tensor right) => Divide(left.Argument, right);

        public static Tensor operator /(int left, Tensor right) => Divide((long)left, right);

        public static Tensor operator /(long left, Tensor right) => Divide(left, right);

        public static Tensor operator /(float left, Tensor right) => Divide((double)left, right);

        public static Tensor operator /(double left, Tensor right) => Divide(left, right);

        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);

        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);

        public static Tensor operator %(Tensor left, int right) => Calls.WithScalar(Operators.remainder__Scalar, left, (long)right);

        public static Tensor operator %(Tensor left, long right) => Calls.WithScalar(Operators.remainder__Scalar, left, right);

        public static Tensor operator %(Tensor left, float right) => Calls.WithScalar(Operators.remainder__Scalar, left, (double)right);

        public static Tensor operator %(Tensor left, double right) => Calls.WithScalar(Operators.remainder__Scalar, left, right);

        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);

        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);

        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);

        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);

        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        // As Python does it: the reciprocal, scaled.
        private static Tensor Divide(Argument left, Tensor right)
        {
            using var reciprocal = right.reciprocal();
            return Calls.WithScalar(Operators.mul__Scalar, reciprocal, left);
        }
    }
}
