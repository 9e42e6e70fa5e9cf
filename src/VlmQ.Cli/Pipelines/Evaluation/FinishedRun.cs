using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Learning;

namespace VlmQ.Cli.Pipelines.Evaluation;

/// <summary>A run's folder, as far as an evaluation needs it: its configuration and its trained models.</summary>
/// <param name="Configuration">What was run.</param>
/// <param name="Models">Name, checkpoint and seed of every model that the run has trained, in the run's order.</param>
internal sealed record FinishedRun(PipelineConfiguration Configuration, ImmutableArray<(string Name, string Checkpoint, long Seed)> Models)
{
    /// <summary>The run of a folder; null where the folder is no run's.</summary>
    public static Result<FinishedRun>? Find(string folder)
    {
        RunFolder run = new(folder);
        if (!File.Exists(run.Run))
        {
            return null;
        }
        if (RunFolder.ReadJson<JsonObject>(run.Run)?["configuration"] is not JsonObject configuration)
        {
            return Fault.Data("is no record of a run", run.Run, "name the folder of a run, or of a checkpoint");
        }
        return YamlDocument
            .Parse(configuration.ToJsonString(Shell.JsonOptions), run.Run)
            .Bind(YamlBinder.Bind<PipelineConfiguration>)
            .Bind<FinishedRun>(pipeline =>
            {
                ImmutableArray<(string Name, string Checkpoint, long Seed)> models =
                [
                    .. from data in pipeline.Data
                    from seed in pipeline.Seeds
                    from method in pipeline.Methods
                    let model = run.Model(data.Name, seed, YamlBinder.KeyOf(method.ToString()))
                    let checkpoint = Path.Combine(model, TrainStage.CheckpointName)
                    where Checkpoint.Exists(checkpoint)
                    select (Path.GetFileName(model), checkpoint, seed),
                ];
                return models.IsEmpty
                    ? Fault.Data("the run has trained no model yet", run.Root, "finish it with `vlmq run`")
                    : new FinishedRun(pipeline, models);
            });
    }
}
