using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Storage;

/// <summary>
/// One numbered step of the schema: <c>Storage/Schema/{sqlite|postgresql|common}/0042-what-it-does.sql</c>. A script in <c>common</c> runs on both
/// engines. A number is used once per engine, and a script never changes after it was released: a change is a new script.
/// </summary>
public sealed record SchemaScript(int Number, string Name, string Sql)
{
    private const string Root = "Schema/";

    /// <summary>SHA-256 of the text with Unix line ends, in hexadecimal, so that a checkout on Windows has the same one.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.Replace("\r\n", "\n", StringComparison.Ordinal))));

    /// <summary>Every script of one engine that this program carries, in the order in which they run.</summary>
    public static IReadOnlyList<SchemaScript> For(DatabaseEngine engine)
    {
        string own = engine == DatabaseEngine.PostgreSql ? "postgresql/" : "sqlite/";
        Assembly assembly = typeof(SchemaScript).Assembly;
        List<SchemaScript> scripts = [];
        foreach (string resource in assembly.GetManifestResourceNames())
        {
            string path = resource.Replace('\\', '/');
            if (path.StartsWith(Root + own, StringComparison.Ordinal) || path.StartsWith(Root + "common/", StringComparison.Ordinal))
            {
                scripts.Add(Read(assembly, resource, Path.GetFileNameWithoutExtension(path)));
            }
        }

        scripts.Sort((left, right) => left.Number.CompareTo(right.Number));
        if (scripts.Zip(scripts.Skip(1)).FirstOrDefault(pair => pair.First.Number == pair.Second.Number) is ({ } first, { } second))
        {
            throw new InvalidOperationException($"Schema scripts {first.Name} and {second.Name} have the same number.");
        }

        return scripts;
    }

    private static SchemaScript Read(Assembly assembly, string resource, string name)
    {
        using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return new SchemaScript(int.Parse(name.AsSpan(0, name.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}
