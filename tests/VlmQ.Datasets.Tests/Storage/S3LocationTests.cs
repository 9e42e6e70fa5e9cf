using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage.S3;
using VlmQ.Datasets.Tests.Support;

namespace VlmQ.Datasets.Tests.Storage;

public sealed class S3LocationTests
{
    [Theory]
    [InlineData("s3://bucket", "bucket", "", "manifest.json")]
    [InlineData("s3://bucket/", "bucket", "", "manifest.json")]
    [InlineData("s3://my.bucket-1/a/b c/ü/", "my.bucket-1", "a/b c/ü", "a/b c/ü/manifest.json")]
    public void A_location_is_a_bucket_and_a_prefix(string text, string bucket, string prefix, string key)
    {
        S3Location location = S3Location.Parse(text).OrThrow();
        Assert.Equal((bucket, prefix, key), (location.Bucket, location.Prefix, location.KeyOf("manifest.json")));
        Assert.Equal(text.TrimEnd('/'), location.ToString());
    }

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3:///prefix")]
    [InlineData("s3://Bucket/x")]
    [InlineData("s3://ab/x")]
    [InlineData("s3://bucket/a//b")]
    [InlineData("s3://bucket/../other")]
    [InlineData("s3://bucket/a/./b")]
    [InlineData("s3://bucket/a\\b")]
    [InlineData("s3://user@bucket/a")]
    public void What_is_no_location_is_a_fault(string text) =>
        Assert.Equal(FaultKind.Configuration, TransitionFolders.FaultOf(S3Location.Parse(text)).Kind);

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../manifest.json")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    public void A_name_that_would_lead_elsewhere_makes_no_key(string name) =>
        Assert.Throws<ArgumentException>(() => S3Location.Parse("s3://bucket/prefix").OrThrow().KeyOf(name));
}
