using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using VlmQ.Tests.Shared;

namespace VlmQ.Cli.Tests.Architecture;

/// <summary>The rules of who may reference whom, read from the built assemblies and the project files.</summary>
public class ReferenceRuleTests
{
    /// <summary>From the bottom up. Each may reference those before it.</summary>
    private static readonly string[] Projects =
    [
        "VlmQ.Core",
        "VlmQ.Dataflow",
        "VlmQ.Datasets",
        "VlmQ.Models",
        "VlmQ.Learning",
        "VlmQ.Collection",
        "VlmQ.Cli",
    ];

    /// <summary>Types that do input or output, tell the time, or run or coordinate threads, and random generators not the core's.</summary>
    private static readonly string[] ForbiddenInCore =
    [
        "System.IO.",
        "System.Net.",
        "System.Threading.",
        "System.Console",
        "System.Environment",
        "System.DateTime",
        "System.DateTimeOffset",
        "System.TimeProvider",
        "System.Diagnostics.Stopwatch",
        "System.Diagnostics.Process",
        "System.Random",
        "System.Guid",
        "System.Runtime.InteropServices.NativeLibrary",
        "Microsoft.Win32.",
    ];

    public static TheoryData<string> Everything() => [.. Projects];

    [Theory]
    [MemberData(nameof(Everything))]
    public void References_point_down_the_list(string project)
    {
        string[] below = Projects[..Array.IndexOf(Projects, project)];
        Assert.Subset(below.ToHashSet(), AssemblyReferences(project).Where(name => Projects.Contains(name)).ToHashSet());
        IEnumerable<string> declared = Declared(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)!);
        Assert.Subset(below.ToHashSet(), declared.ToHashSet());
    }

    [Fact]
    public void The_core_references_no_package_and_no_project()
    {
        Assert.All(AssemblyReferences("VlmQ.Core"), name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
        foreach (string item in (string[])["PackageReference", "CardPackageReference", "ProjectReference", "Reference", "EmbeddedResource"])
        {
            Assert.Empty(Declared("VlmQ.Core", item));
        }
    }

    [Fact]
    public void The_core_uses_no_type_of_input_and_output_threading_or_time() => Assert.Empty(Forbidden(TypeReferences("VlmQ.Core")));

    [Fact]
    public void The_search_for_forbidden_types_finds_them_where_they_are()
    {
        Assert.Contains("System.Threading.CancellationToken", Forbidden(TypeReferences("VlmQ.Dataflow")));
        Assert.Contains("System.Random", Forbidden(["System.Random"]));
        Assert.Empty(Forbidden(["System.RandomAccessible", "System.Text.Json.JsonDocument"]));
    }

    [Fact]
    public void Every_project_of_the_list_and_no_other_is_in_the_source_folder() =>
        Assert.Equal(
            Projects.Order(StringComparer.Ordinal),
            Directory.GetDirectories(Path.Combine(Repository.Root, "src"), "VlmQ.*").Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );

    private static IEnumerable<string> Forbidden(IEnumerable<string> types) =>
        types.Where(type =>
            ForbiddenInCore.Any(forbidden =>
                forbidden.EndsWith('.') ? type.StartsWith(forbidden, StringComparison.Ordinal) : type == forbidden
            )
        );

    private static IEnumerable<string> Declared(string project, string item) =>
        XDocument
            .Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"))
            .Descendants(item)
            .Select(element => ((string)element.Attribute("Include")!).Replace('\\', '/'));

    private static List<string> AssemblyReferences(string project) =>
        Read(
            project,
            reader => reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)).ToList()
        );

    private static List<string> TypeReferences(string project) =>
        Read(
            project,
            reader =>
                reader
                    .TypeReferences.Where(type => !IsOfIterators(reader, type))
                    .Select(reader.GetTypeReference)
                    .Select(type => $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}")
                    .ToList()
        );

    /// <summary>True for System.Environment where only the compiler uses it: an iterator asks on which thread it was made.</summary>
    private static bool IsOfIterators(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        return reader.GetString(type.Namespace) == "System"
            && reader.GetString(type.Name) == "Environment"
            && reader
                .MemberReferences.Select(reader.GetMemberReference)
                .Where(member => member.Parent == handle)
                .All(member => reader.GetString(member.Name) == "get_CurrentManagedThreadId");
    }

    private static T Read<T>(string project, Func<MetadataReader, T> read)
    {
        string file = project == "VlmQ.Cli" ? "vlmq.dll" : project + ".dll";
        using PEReader assembly = new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, file)));
        return read(assembly.GetMetadataReader());
    }
}
