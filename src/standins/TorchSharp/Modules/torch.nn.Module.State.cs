using System.Text;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public abstract partial class Module
        {
            /// <summary>Parameters, then persistent buffers, by name: the tensors themselves, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                var start = string.IsNullOrEmpty(prefix) ? string.Empty : prefix + ".";
                foreach (var (name, parameter) in named_parameters())
                {
                    destination.TryAdd(start + name, parameter);
                }

                foreach (var (name, buffer) in named_buffers(include_nonpersistent: false))
                {
                    destination.TryAdd(start + name, buffer);
                }

                return destination;
            }

            /// <summary>Copies tensors into the parameters and buffers of the same names.</summary>
            /// <exception cref="InvalidOperationException">Strict, and the names differ.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source,
                bool strict = true,
                IList<string>? skip = null
            )
            {
                var own = state_dict();
                string[] skipped = [.. skip ?? []];
                List<string> missing = [.. own.Keys.Except(source.Keys).Except(skipped)];
                List<string> unexpected = [.. source.Keys.Except(own.Keys).Except(skipped)];
                Demand(
                    !strict || missing.Count + unexpected.Count == 0,
                    $"The loaded state_dict is not identical to the target dictionary: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}]."
                );
                using var ungraded = no_grad();
                foreach (var name in own.Keys.Intersect(source.Keys).Except(skipped))
                {
                    own[name].copy_(source[name]);
                }

                return (missing, unexpected);
            }

            /// <summary>Writes the count of entries, then each one's name and tensor.</summary>
            public Module save(string location, IList<string>? skip = null)
            {
                using var stream = File.Create(location);
                return save(stream, skip);
            }

            /// <summary>The same to a stream, which is closed.</summary>
            public Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream, Encoding.UTF8);
                return save(writer, skip);
            }

            /// <summary>The same to a writer, which stays open.</summary>
            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                KeyValuePair<string, Tensor>[] entries = [.. state_dict().Where(entry => skip is null || !skip.Contains(entry.Key))];
                writer.Write7BitEncodedInt(entries.Length);
                foreach (var (name, tensor) in entries)
                {
                    writer.Write(name);
                    tensor.Save(writer);
                }

                return this;
            }

            /// <summary>Copies what <c>save</c> wrote into the parameters and buffers of the same names.</summary>
            /// <exception cref="ArgumentException">An element type or shape differs; or strict, and the names do.</exception>
            public virtual Module load(
                string location,
                bool strict = true,
                IList<string>? skip = null,
                Dictionary<string, bool>? loadedParameters = null
            )
            {
                using var stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            /// <summary>The same from a stream, which is closed.</summary>
            public virtual Module load(
                Stream stream,
                bool strict = true,
                IList<string>? skip = null,
                Dictionary<string, bool>? loadedParameters = null
            )
            {
                using var reader = new BinaryReader(stream, Encoding.UTF8);
                return load(reader, strict, skip, loadedParameters);
            }

            /// <summary>The same from a reader, which stays open.</summary>
            public virtual Module load(
                BinaryReader reader,
                bool strict = true,
                IList<string>? skip = null,
                Dictionary<string, bool>? loadedParameters = null
            )
            {
                var own = state_dict();
                var count = reader.Read7BitEncodedInt();
                if (strict && count != own.Count)
                {
                    throw new ArgumentException($"The file has {count} entries; the module has {own.Count}.");
                }

                using var ungraded = no_grad();
                for (var i = 0; i < count; i++)
                {
                    LoadEntry(reader, own, strict, skip, loadedParameters);
                }

                return this;
            }

            private static void LoadEntry(
                BinaryReader reader,
                Dictionary<string, Tensor> own,
                bool strict,
                IList<string>? skip,
                Dictionary<string, bool>? loadedParameters
            )
            {
                var name = reader.ReadString();
                using var value = TensorExtensionMethods.Read(reader);
                var known = own.TryGetValue(name, out var target);
                if (!known && strict)
                {
                    throw new ArgumentException($"The module has no parameter or buffer '{name}'.");
                }

                var wanted = known && !(skip?.Contains(name) ?? false);
                if (wanted && (value.dtype != target!.dtype || !value.shape.AsSpan().SequenceEqual(target.shape)))
                {
                    throw new ArgumentException(
                        $"'{name}' is {value.dtype} [{string.Join(", ", value.shape)}] in the file and {target.dtype} [{string.Join(", ", target.shape)}] in the module."
                    );
                }

                if (wanted)
                {
                    target!.copy_(value);
                }

                if (known && loadedParameters is not null)
                {
                    loadedParameters[name] = wanted;
                }
            }
        }
    }
}
