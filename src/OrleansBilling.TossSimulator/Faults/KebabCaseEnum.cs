using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansBilling.TossSimulator.Faults;

/// <summary>Enum values as "drop-before-commit". Numbers are refused.</summary>
internal sealed class KebabCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
