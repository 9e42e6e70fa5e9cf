using System.ClientModel;
using System.Globalization;
using Polly.CircuitBreaker;
using Polly.Timeout;
using VlmQ.Core.Episodes;
using VlmQ.Core.Text;

namespace VlmQ.Collection.Remote;

/// <summary>An endpoint that answered, but not with a reply.</summary>
internal sealed class RemoteFailure(int status, TimeSpan? wait, string message) : Exception(message)
{
    private const int MostShown = 240;

    /// <summary>The wait that an endpoint asks for; null where it asks for none.</summary>
    public static TimeSpan? WaitOf(Exception failure) => (failure as RemoteFailure)?.Wait;

    /// <summary>Whether a second try can help: the endpoint is busy, in trouble, or was not reached.</summary>
    public static bool MayPass(Exception failure) =>
        failure switch
        {
            RemoteFailure { Status: 408 or 429 or (>= 500 and <= 599) } => true,
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => false,
            HttpRequestException or IOException => true,
            ClientResultException { Status: 0, InnerException: { } inner } => MayPass(inner),
            _ => false,
        };

    /// <summary>The last failure for the user; the key is not in it, whatever the endpoint says.</summary>
    public static Fault FaultOf(Exception failure, int tries, RemoteModel model, string? apiKey)
    {
        string what = Said(failure, model);
        if (apiKey is not null)
        {
            // Before it is cut: a part of the key would be too much.
            what = what.Replace(apiKey, "[key]", StringComparison.Ordinal);
        }
        what = Printable.Of(what.ReplaceLineEndings(" "), MostShown);
        string counted = tries > 1 ? string.Create(CultureInfo.InvariantCulture, $", at the last of {tries} tries") : "";
        return Fault.External(what + counted, model.Endpoint.ToString(), Remedy(failure));
    }

    private int Status { get; } = status;

    private TimeSpan? Wait { get; } = wait;

    private static string Said(Exception failure, RemoteModel model) =>
        failure switch
        {
            TimeoutRejectedException => string.Create(
                CultureInfo.InvariantCulture,
                $"gave no answer within {model.Retries.AttemptTimeout.TotalSeconds:0.###} s"
            ),
            BrokenCircuitException broken => "keeps failing and is left alone"
                + (broken.InnerException is { } last ? $": it {Said(last, model)}" : ""),
            RemoteFailure => failure.Message,
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "answered with more than "
                + string.Create(CultureInfo.InvariantCulture, $"{model.MostBytes} bytes"),
            ClientResultException { Status: 0, InnerException: { } inner } => Said(inner, model),
            _ => $"cannot be reached: {failure.Message}",
        };

    private static string Remedy(Exception failure) =>
        failure switch
        {
            RemoteFailure { Status: 401 or 403 } => "put the endpoint's key into the environment variable VLMQ_API_KEY",
            RemoteFailure { Status: 400 or 404 or 405 or 422 } => "see that --endpoint and --model are right and the model takes pictures",
            RemoteFailure { Status: 429 } => "ask for less with --concurrency and --tokens-per-minute",
            RemoteFailure { Status: < 400 } => "see that --endpoint is the root of the interface, such as http://localhost:8000/v1",
            _ => "see that the endpoint runs and answers",
        };
}
