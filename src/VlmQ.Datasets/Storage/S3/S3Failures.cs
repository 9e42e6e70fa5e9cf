using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Polly.CircuitBreaker;
using Polly.Timeout;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Storage.S3;

/// <summary>What the failures of requests mean: which may pass by themselves, and the faults of the others.</summary>
internal static class S3Failures
{
    private const string SameAgain = "check the network and the server, then run the same command again: it goes on where it stopped";
    private const string Access = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, and what they may do in the bucket";

    /// <summary>True for what may pass by itself: a server in trouble, a connection that broke, an answer that was cut short.</summary>
    public static bool IsTransient(Exception failure) =>
        failure switch
        {
            AmazonUnmarshallingException => true,
            AmazonServiceException service when service.StatusCode != 0 => service.StatusCode
                is HttpStatusCode.RequestTimeout
                    or HttpStatusCode.TooManyRequests
                    or HttpStatusCode.InternalServerError
                    or HttpStatusCode.BadGateway
                    or HttpStatusCode.ServiceUnavailable
                    or HttpStatusCode.GatewayTimeout
                || service.ErrorCode is "SlowDown" or "RequestTimeout" or "InternalError",
            HttpRequestException or IOException => true,
            AmazonServiceException { InnerException: HttpRequestException or IOException or WebException } => true,
            _ => false,
        };

    /// <summary>How long the server asks to wait.</summary>
    public static TimeSpan? WaitOf(Exception failure)
    {
        string? asked = failure.InnerException is HttpErrorResponseException answer ? answer.Response.GetHeaderValue("Retry-After") : null;
        return double.TryParse(asked, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, 3600))
            : null;
    }

    /// <summary>True where the object is not there.</summary>
    public static bool IsMissing(Exception failure) =>
        failure is AmazonServiceException { StatusCode: HttpStatusCode.NotFound } service && service.ErrorCode != "NoSuchBucket";

    /// <summary>The fault of a request.</summary>
    /// <param name="failure">Its last failure.</param>
    /// <param name="where">The object.</param>
    /// <param name="tries">Tries that reached the server.</param>
    public static FaultException Of(Exception failure, string where, int tries) =>
        failure as FaultException ?? new(FaultOf(failure, where, tries), failure);

    private static Fault FaultOf(Exception failure, string where, int tries)
    {
        string times = tries == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" after {tries} tries");
        return failure switch
        {
            TimeoutRejectedException late => Fault.External(
                $"no whole answer came in {late.Timeout.TotalSeconds:0.#} s{times}",
                where,
                SameAgain
            ),
            BrokenCircuitException => Fault.External($"the server failed too often and is left alone for a while{times}", where, SameAgain),
            AmazonServiceException { ErrorCode: "NoSuchBucket" } => Fault.Data("there is no such bucket", where, "check the location"),
            AmazonServiceException { StatusCode: HttpStatusCode.NotFound } => Fault.Data(
                "there is no such object",
                where,
                "check the location"
            ),
            AmazonServiceException { StatusCode: HttpStatusCode.PreconditionFailed } => Replaced(where),
            AmazonServiceException { StatusCode: HttpStatusCode.RequestedRangeNotSatisfiable } => Fault.Data(
                "the object is shorter than the manifest says",
                where,
                "push the dataset again from where it is whole"
            ),
            AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } refused => Fault.External(
                $"access is refused, or there is no such object ({Said(refused)})",
                where,
                Access
            ),
            AmazonServiceException { StatusCode: HttpStatusCode.Moved or HttpStatusCode.TemporaryRedirect } => Fault.External(
                "the bucket is in another region",
                where,
                "set AWS_REGION to the bucket's region"
            ),
            AmazonUnmarshallingException => Fault.External($"the answer is not one of an S3-compatible server{times}", where, SameAgain),
            AmazonServiceException service when service.StatusCode != 0 => Fault.External(
                $"the server said {Said(service)}{times}",
                where,
                SameAgain
            ),
            AmazonClientException when failure.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) => Fault.External(
                "no credentials were found",
                where,
                Access
            ),
            AmazonClientException or AmazonServiceException when !IsTransient(failure) => Fault.External(
                "the request could not be made: " + FirstLine(failure.Message),
                where,
                Access
            ),
            _ => Fault.External($"{FirstLine(Innermost(failure).Message)}{times}", where, SameAgain),
        };
    }

    /// <summary>The fault of an object that became another one between two requests.</summary>
    public static Fault Replaced(string where) =>
        Fault.Data("the object was replaced while it was read", where, "run the command again: it reads what is there now");

    private static string Said(AmazonServiceException service) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)service.StatusCode} {service.ErrorCode}").TrimEnd();

    private static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;

    private static string FirstLine(string message) => message.Split('\n')[0].TrimEnd().TrimEnd('.');
}
