using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static unsafe class utils
        {
            /// <summary>
            /// Scales all gradients together so that their joint norm is at most <paramref name="max_norm"/>, and returns the norm before
            /// that; 0 where there are none.
            /// </summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                Parameter[] all = [.. tensors];
                double norm;
                fixed (nint* handles = Calls.Handles(all))
                {
                    NativeMethods.Checked(NativeMethods.ts_clip_grad_norm(handles, all.Length, max_norm, norm_type, &norm));
                }

                GC.KeepAlive(all);
                return norm;
            }

            /// <summary>Cuts every element of every gradient to ±<paramref name="clip_value"/>.</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                Parameter[] all = [.. tensors];
                fixed (nint* handles = Calls.Handles(all))
                {
                    NativeMethods.Checked(NativeMethods.ts_clip_grad_value(handles, all.Length, clip_value));
                }

                GC.KeepAlive(all);
            }
        }
    }
}
