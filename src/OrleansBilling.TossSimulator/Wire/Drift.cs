using System.Text.Json.Nodes;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>What Toss may do on any day without a new version: members nobody knows, an enum value nobody knows, whole amounts written 5000.0.</summary>
internal static class Drift
{
    private static readonly string[] Amounts =
        ["totalAmount", "balanceAmount", "suppliedAmount", "vat", "taxFreeAmount", "taxExemptionAmount", "cancelAmount", "refundableAmount", "amount"];

    public static void Add(JsonNode node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (JsonNode element in array.OfType<JsonNode>())
                {
                    Add(element);
                }
                break;
            case JsonObject json:
                foreach (JsonNode member in json.Select(member => member.Value).OfType<JsonNode>().ToArray())
                {
                    Add(member);
                }
                foreach (string amount in Amounts.Where(amount => json[amount] is JsonValue))
                {
                    // A decimal keeps its scale: 5000.0.
                    json[amount] = json[amount]!.GetValue<long>() + 0.0m;
                }
                if (json.ContainsKey("acquireStatus"))
                {
                    json["acquireStatus"] = "STATUS_OF_TOMORROW";
                }
                json["fieldOfTomorrow"] = new JsonObject { ["values"] = new JsonArray("새 값", 1, null) };
                break;
        }
    }
}
