using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;

namespace OrleansBilling.Storage;

/// <summary>
/// How everything that we store as JSON is written. It is a promise to the next version: golden files hold it, and a change here is a change of
/// every stored record.
/// </summary>
public static class StoredJson
{
    /// <summary>
    /// Names in camelCase, enums as camelCase names, NodaTime in ISO form, nulls left out, one line, Korean readable. Members that are not known
    /// are skipped, not refused: an older silo reads what a newer one wrote.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        JsonSerializerOptions options = new(JsonSerializerDefaults.General)
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
            // A kind ("$type") is found wherever it stands, so that a mended record need not keep its order.
            AllowOutOfOrderMetadataProperties = true,
            Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
            WriteIndented = false,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        };
        options.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
